import type { EventQueue } from '../event-queue.js';
import { AGENDA, eventOf } from '../events.js';
import { AgendaOrder } from './agenda-order.js';
import type { Lineage } from './lineage.js';

const NONE = -1;

/**
 * End-point and reduction delays of every NPU. Delays of one NPU that end in the same tick are
 * one entry of the event queue, created when the first of them begins; they run together in the
 * order in which they began.
 *
 * An entry is a number ("slot") with its first item and a linked list of the others; an
 * NPU's open entries are also a list, short because few ticks are pending at a time.
 */
export class Agenda {
  private readonly queue: EventQueue;

  private readonly firstSlot: Int32Array;
  private slotTime: number[] = [];
  private slotNpu: number[] = [];
  /** The first item of an entry, mostly the only one, until it is taken; unused in folded runs. */
  private slotItem: number[] = [];
  private slotDetail: number[] = [];
  private slotNext: number[] = [];
  private slotHead: number[] = [];
  private slotTail: number[] = [];
  private readonly freeSlots: number[] = [];

  private items = new Int32Array(256);
  private details = new Int32Array(256);
  private itemNext = new Int32Array(256);
  private freeItem = NONE;
  private usedItems = 0;

  /** Only in folded runs. */
  private readonly order: AgendaOrder | undefined;

  /** Detail of the item that {@link next} returned last. */
  detail = 0;

  constructor(queue: EventQueue, npus: number, lineage?: Lineage) {
    this.queue = queue;
    this.firstSlot = new Int32Array(npus).fill(NONE);
    this.order = lineage === undefined ? undefined : new AgendaOrder(lineage);
  }

  /**
   * Puts an item with a detail on an NPU's agenda for the given time.
   * @param exchangeable - whether items with the same number may run in any order.
   */
  add(npu: number, time: number, item: number, detail: number, exchangeable: boolean): void {
    let slot = this.firstSlot[npu] as number;
    while (slot !== NONE && this.slotTime[slot] !== time) slot = this.slotNext[slot] as number;
    const isNew = slot === NONE;
    if (isNew) {
      slot = this.open(npu, time);
      if (this.order === undefined) {
        this.slotItem[slot] = item;
        this.slotDetail[slot] = detail;
        return;
      }
    }
    const cell = this.cell(item, detail);
    this.order?.added(slot, npu, isNew, time === this.queue.now, cell, item, exchangeable);
    const tail = this.slotTail[slot] as number;
    if (tail === NONE) this.slotHead[slot] = cell;
    else this.itemNext[tail] = cell;
    this.slotTail[slot] = cell;
  }

  /** Takes the next item of a running entry (items may still be added); closes the entry and returns -1 when it is empty. */
  next(slot: number): number {
    const only = this.slotItem[slot] as number;
    if (only !== NONE) {
      this.slotItem[slot] = NONE;
      this.detail = this.slotDetail[slot] as number;
      return only;
    }
    const cell = this.slotHead[slot] as number;
    if (cell === NONE) {
      this.close(slot);
      return NONE;
    }
    const after = this.itemNext[cell] as number;
    this.slotHead[slot] = after;
    if (after === NONE) this.slotTail[slot] = NONE;
    this.itemNext[cell] = this.freeItem;
    this.freeItem = cell;
    this.detail = this.details[cell] as number;
    this.order?.taken(slot, cell);
    return this.items[cell] as number;
  }

  /** The NPU of an entry. */
  npuOf(slot: number): number {
    return this.slotNpu[slot] as number;
  }

  /** An entry is about to run. */
  begin(slot: number): void {
    this.order?.begun(slot, this.slotNpu[slot] as number);
  }

  private open(npu: number, time: number): number {
    const slot = this.freeSlots.pop() ?? this.newSlot();
    this.slotTime[slot] = time;
    this.slotNpu[slot] = npu;
    this.slotItem[slot] = NONE;
    this.slotNext[slot] = this.firstSlot[npu] as number;
    this.firstSlot[npu] = slot;
    this.queue.schedule(time, eventOf(AGENDA, slot));
    return slot;
  }

  /** A slot with an empty list, as every free one has. */
  private newSlot(): number {
    this.slotTail.push(NONE);
    return this.slotHead.push(NONE) - 1;
  }

  private close(slot: number): void {
    const npu = this.slotNpu[slot] as number;
    this.order?.closed();
    const after = this.slotNext[slot] as number;
    let before = this.firstSlot[npu] as number;
    if (before === slot) {
      this.firstSlot[npu] = after;
    } else {
      while (this.slotNext[before] !== slot) before = this.slotNext[before] as number;
      this.slotNext[before] = after;
    }
    this.freeSlots.push(slot);
  }

  private cell(item: number, detail: number): number {
    let cell = this.freeItem;
    if (cell === NONE) {
      cell = this.usedItems++;
      if (cell === this.items.length) {
        this.items = grown(this.items);
        this.details = grown(this.details);
        this.itemNext = grown(this.itemNext);
      }
    } else {
      this.freeItem = this.itemNext[cell] as number;
    }
    this.items[cell] = item;
    this.details[cell] = detail;
    this.itemNext[cell] = NONE;
    return cell;
  }
}

function grown(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
