/** Parts of the data that shares are searched in. */
const PARTS = 16;

/**
 * How much of the data should take each order of levels, so that the busiest level is busy for the least time.
 * Levels take turns at being the first, which has all of the data: after it the next has a part. Shares are in
 * sixteenths; those of nothing are left out.
 *
 * @param busyNsPerByte - per level, how long its busiest link is busy per byte of what the level has.
 */
export function balancedOrders(
  sizes: readonly number[],
  busyNsPerByte: readonly number[],
): { readonly levels: readonly number[]; readonly part: number }[] {
  const levels = sizes.map((_, level) => level);
  const orders = levels.map((first) => [...levels.slice(first), ...levels.slice(0, first)]);
  const loads = orders.map((order) => {
    const load = new Array<number>(sizes.length).fill(0);
    let part = 1;
    for (const level of order) {
      load[level] = part * (busyNsPerByte[level] as number);
      part /= sizes[level] as number;
    }
    return load;
  });
  let best: readonly number[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (const parts of divisions(PARTS, orders.length)) {
    const busiest = levels.reduce((most, level) => {
      const load = parts.reduce((sum, part, k) => sum + part * (loads[k]?.[level] as number), 0);
      return Math.max(most, load);
    }, 0);
    if (busiest < least * (1 - 1e-9)) [best, least] = [parts, busiest];
  }
  return orders.flatMap((order, k) => (best[k] === 0 ? [] : [{ levels: order, part: (best[k] as number) / PARTS }]));
}

/** All ways to divide a whole number into some whole numbers, those with the most at the front first. */
function* divisions(whole: number, parts: number): Generator<readonly number[]> {
  if (parts === 1) {
    yield [whole];
    return;
  }
  for (let first = whole; first >= 0; first--) {
    for (const rest of divisions(whole - first, parts - 1)) yield [first, ...rest];
  }
}
