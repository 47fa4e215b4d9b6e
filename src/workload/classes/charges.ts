import type { Machine } from '../../plan/machine.js';
import { hops } from '../../topology/dimension.js';
import { Numbering } from './numbering.js';

/**
 * What a message from one NPU to another is charged for, as a number: messages of the same
 * number take as long, whatever their size. 0 for those that an NPU sends to itself.
 */
export class Charges {
  private readonly machine: Machine;
  /** Per dimension and distance. */
  private readonly tables: readonly Int32Array[];
  private readonly numbering = new Numbering();

  constructor(machine: Machine) {
    this.machine = machine;
    const known = new Map<string, number>();
    this.tables = machine.dimensions.map((dimension) => {
      return Int32Array.from({ length: dimension.npus }, (_, distance) => {
        if (distance === 0) return 0;
        const key = `${hops(dimension, distance) * dimension.latency} ${dimension.bandwidth}`;
        const charge = known.get(key) ?? known.size + 1;
        known.set(key, charge);
        return charge;
      });
    });
  }

  between(from: number, to: number): number {
    const { dimensions, routing } = this.machine;
    let a = from;
    let b = to;
    let total = 0;
    for (const [d, { npus }] of dimensions.entries()) {
      const distance = ((b % npus) - (a % npus) + npus) % npus;
      const charge = this.tables[d]?.[distance] as number;
      if (charge !== 0 && routing === 'first-dimension') return charge;
      if (charge !== 0) total = 1 + this.numbering.of(total, charge);
      a = Math.floor(a / npus);
      b = Math.floor(b / npus);
    }
    return total;
  }

  /** Where NPUs are as seen from the first of them, as a number: lists of one number have the same charges. */
  layoutOf(members: readonly number[]): number {
    const { dimensions } = this.machine;
    const [origin = 0] = members;
    let layout = this.numbering.ofList([]);
    for (const member of members) {
      let a = origin;
      let b = member;
      for (const { npus } of dimensions) {
        layout = this.numbering.of(layout, ((b % npus) - (a % npus) + npus) % npus);
        a = Math.floor(a / npus);
        b = Math.floor(b / npus);
      }
    }
    return layout;
  }
}
