import { formatBytes } from 'astra-sim-ts';
import { MIB } from './networks.js';

/** `15.2x`. */
export function factor(value: number): string {
  return `${value.toFixed(1)}x`;
}

/** `7.4x to 8.0x`, or `8.0x` when they look alike. */
export function factorRange(values: readonly number[]): string {
  const low = factor(Math.min(...values));
  const high = factor(Math.max(...values));
  return low === high ? low : `${low} to ${high}`;
}

/** `1000 MiB`, `10 TiB`. */
export function sizeName(sizeMiB: number): string {
  return formatBytes(sizeMiB * MIB);
}

/** `4, 16 and 64`. */
export function list(items: readonly (string | number)[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
