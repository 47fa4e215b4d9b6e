import { type Lineage, Marks } from './lineage.js';

const NONE = -1;

/**
 * The order of an agenda's items where NPUs stand for others. Items of an entry run in the order in
 * which they were added. If events of one cohort but different origins added some, that order
 * differs from NPU to NPU, the entry is *mixed*, and its items are like nothing else but those of one origin.
 *
 * Delays of one lane may be exchangeable: its packets are numbered as they come in, and which
 * message brought which number makes no difference.
 */
export class AgendaOrder {
  private readonly lineage: Lineage;
  /** Per entry: what made it, and what added its last item. */
  private readonly made = new Marks();
  private readonly last = new Marks();
  private readonly lastItem: number[] = [];
  private readonly mixed: boolean[] = [];
  /** Per item: what added it. */
  private readonly items = new Marks();
  /** Per NPU: its entry that ran last, and what last added an item for the tick in which it was added. */
  private readonly ran = new Marks();
  private readonly addedAtOnce = new Marks();

  /** The entry that runs, the cohort that had added its last item, and what is made of that cohort's origins. */
  private running = NONE;
  private cohort = NONE;
  private readonly origins = new Map<number, number>();

  constructor(lineage: Lineage) {
    this.lineage = lineage;
  }

  /** @param exchangeable - whether items that are the same number may be in any order. */
  added(
    slot: number,
    npu: number,
    isNew: boolean,
    isDue: boolean,
    cell: number,
    item: number,
    exchangeable: boolean,
  ): void {
    const { lineage, made, last } = this;
    lineage.mark(this.items, cell);
    if (isNew) {
      lineage.mark(made, slot);
      lineage.mark(last, slot);
      this.mixed[slot] = false;
    } else {
      if (lineage.differs(last, slot)) {
        if (!exchangeable || this.lastItem[slot] !== item) this.mixed[slot] = true;
        // Which of them made the entry is not the same everywhere.
        else if (made.cohorts[slot] === lineage.cohort) made.origins[slot] = lineage.stranger();
      }
      lineage.note(last, slot);
    }
    this.lastItem[slot] = item;
    // Too late for the entry of this tick, or just in time for it?
    if (isDue && slot !== this.running) {
      lineage.check(this.ran, npu);
      lineage.note(this.addedAtOnce, npu);
    }
  }

  /** An entry begins. */
  begun(slot: number, npu: number): void {
    const { lineage } = this;
    lineage.enterFrom(this.made, slot);
    lineage.check(this.addedAtOnce, npu);
    lineage.note(this.ran, npu);
    this.running = slot;
    this.cohort = NONE;
  }

  /** An item of the entry that runs is next. */
  taken(slot: number, cell: number): void {
    if (!this.mixed[slot]) return;
    const { lineage, origins } = this;
    const cohort = this.items.cohorts[cell] as number;
    const origin = this.items.origins[cell] as number;
    if (cohort !== this.cohort) origins.clear();
    this.cohort = cohort;
    let own = origins.get(origin);
    if (own === undefined) {
      own = lineage.stranger();
      origins.set(origin, own);
    }
    lineage.origin = own;
  }

  closed(): void {
    this.running = NONE;
  }
}
