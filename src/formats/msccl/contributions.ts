/**
 * What a chunk holds: the sum of these chunks of input, each named by `gpu * chunks + chunk`,
 * in ascending order. Never changed, so that it can be shared by all who have a copy.
 */
export type Contributions = readonly number[];

/** The sum of two, or the first contribution that both have: a sum would count it twice. */
export function sum(a: Contributions, b: Contributions): Contributions | number {
  const result: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const [left, right] = [a[i] as number, b[j] as number];
    if (left === right) return left;
    if (left < right) {
      result.push(left);
      i++;
    } else {
      result.push(right);
      j++;
    }
  }
  for (; i < a.length; i++) result.push(a[i] as number);
  for (; j < b.length; j++) result.push(b[j] as number);
  return result;
}

export function same(a: Contributions, b: Contributions): boolean {
  return a === b || (a.length === b.length && a.every((one, i) => one === b[i]));
}

/** Contributions that are shown. */
const SHOWN = 8;

/** In words: `chunk 2 of gpus 0, 1, 3`. */
export function describe(contributions: Contributions | undefined, chunks: number): string {
  if (contributions === undefined) return 'nothing';
  const byChunk = new Map<number, number[]>();
  for (const one of contributions) {
    const gpus = byChunk.get(one % chunks);
    if (gpus === undefined) byChunk.set(one % chunks, [Math.floor(one / chunks)]);
    else gpus.push(Math.floor(one / chunks));
  }
  const parts = [...byChunk].map(([chunk, gpus]) => {
    const shown = gpus.length <= SHOWN ? gpus : [...gpus.slice(0, SHOWN), `... (${gpus.length} in all)`];
    return `chunk ${chunk} of gpu${gpus.length === 1 ? '' : 's'} ${shown.join(', ')}`;
  });
  const shown = parts.length <= SHOWN ? parts : [...parts.slice(0, SHOWN), '...'];
  return `${contributions.length > 1 ? 'the sum of ' : ''}${shown.join(' and ')}`;
}
