import { type Lineage, Marks } from './lineage.js';

const NONE = -1;

/**
 * The order of an agenda's items in a folded run. Items of an entry run in the order in
 * which they were added. If events of one cohort but different origins added some, that order
 * differs from NPU to NPU: the entry is *mixed*, and only its items of one origin are alike.
 *
 * Delays of one lane may be exchangeable: packets get their numbers as messages arrive, and which
 * message brought which number makes no difference.
 */
export class AgendaOrder {
  private readonly lineage: Lineage;
  /** Per entry: what created it, and what added its last item. */
  private readonly made = new Marks();
  private readonly last = new Marks();
  private readonly lastItem: number[] = [];
  private readonly mixed: boolean[] = [];
  /** Per item: what added it. */
  private readonly items = new Marks();
  /** Per NPU: its entry that ran last, and what last added an item due in the same tick. */
  private readonly ran = new Marks();
  private readonly addedAtOnce = new Marks();

  /** The running entry, the cohort that added its last item, and what became of that cohort's origins. */
  private running = NONE;
  private cohort = NONE;
  private readonly origins = new Map<number, number>();

  constructor(lineage: Lineage) {
    this.lineage = lineage;
  }

  /** @param exchangeable - whether items with the same number may run in any order. */
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
        // Which of them created the entry differs from NPU to NPU.
        if (made.cohorts[slot] === lineage.cohort) made.origins[slot] = lineage.stranger();
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

  /** The running entry's next item begins. */
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
