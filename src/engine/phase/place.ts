import type { LogicalDimension } from '../../topology/logical-dimension.js';
import type { PhaseHistory } from './phase-player.js';

/**
 * An NPU relative to another: how many ranks ahead in each dimension. Where ranks pair up
 * (halving-doubling) the distance is a set of bits, and taking it twice leads back.
 */
export class Place {
  private readonly ahead = new Map<number, number>();

  /** Goes from the receiver of a message to its sender. */
  move(
    { index, ranks }: LogicalDimension,
    { offset, pairwise }: PhaseHistory,
    arrival: number,
    direction: number,
  ): void {
    const here = this.ahead.get(index) ?? 0;
    const distance = offset[arrival] as number;
    const there = pairwise ? here ^ distance : (((here - direction * distance) % ranks) + ranks) % ranks;
    if (there === 0) this.ahead.delete(index);
    else this.ahead.set(index, there);
  }

  equals(other: Place): boolean {
    if (this.ahead.size !== other.ahead.size) return false;
    for (const [index, distance] of this.ahead) if (other.ahead.get(index) !== distance) return false;
    return true;
  }
}
