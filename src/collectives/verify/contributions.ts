/**
 * What a cell holds: the sum of these contributions, each a block of one rank's input, named by
 * `block * ranks + rank`. Disjoint intervals `[first, end)` in ascending order, because most sums are
 * of consecutive ranks. Immutable, so copies share it.
 */
export type Contributions = readonly number[];

/** One contribution. */
export function contribution(block: number, rank: number, ranks: number): Contributions {
  const id = block * ranks + rank;
  return [id, id + 1];
}

/** The contributions of all ranks to a block. */
export function everyone(block: number, ranks: number): Contributions {
  return [block * ranks, (block + 1) * ranks];
}

/** The sum of two, or the first contribution they share, which a sum would count twice. */
export function sum(a: Contributions, b: Contributions): Contributions | number {
  const result: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const takesA = j >= b.length || (i < a.length && (a[i] as number) < (b[j] as number));
    const first = (takesA ? a[i] : b[j]) as number;
    const end = (takesA ? a[i + 1] : b[j + 1]) as number;
    if (takesA) i += 2;
    else j += 2;
    const last = result.length - 1;
    const before = result[last];
    if (before === undefined || before < first) result.push(first, end);
    else if (before > first) return first;
    else result[last] = end;
  }
  return result;
}

export function same(a: Contributions, b: Contributions): boolean {
  return a === b || (a.length === b.length && a.every((one, i) => one === b[i]));
}

/** Most contributions to show. */
const SHOWN = 8;

/** As text: `the sum of block 2 of ranks 0, 1, 3`. */
export function describe(contributions: Contributions | undefined, ranks: number): string {
  if (contributions === undefined) return 'nothing';
  const byBlock = new Map<number, { readonly shown: number[]; count: number }>();
  let total = 0;
  for (let i = 0; i < contributions.length; i += 2) {
    for (let one = contributions[i] as number; one < (contributions[i + 1] as number); one++) {
      const block = Math.floor(one / ranks);
      const entry = byBlock.get(block) ?? { shown: [], count: 0 };
      byBlock.set(block, entry);
      if (entry.shown.length < SHOWN) entry.shown.push(one % ranks);
      entry.count++;
      total++;
    }
  }
  const parts = [...byBlock].slice(0, SHOWN).map(([block, { shown, count }]) => {
    const more = count > shown.length ? `, ... (${count} in all)` : '';
    return `block ${block} of rank${count === 1 ? '' : 's'} ${shown.join(', ')}${more}`;
  });
  if (byBlock.size > SHOWN) parts.push('...');
  return `${total > 1 ? 'the sum of ' : ''}${parts.join(' and ')}`;
}
