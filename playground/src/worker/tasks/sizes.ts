import { ConfigError, parseQuantity, type Quantity, SimulationError, simulateCollectiveAsync } from 'astra-sim-ts';
import type { SizePoint, Task } from '../protocol.js';

/** Most points of a curve. */
const MOST = 41;

/** Times over sizes of several algorithms, point by point. */
export const sizes: Task<'sizes'> = async ({ spec, from, to, algorithms }, { signal, report }) => {
  const list = sizesOf(from, to);
  const all: SizePoint[] = [];
  let done = 0;
  for (const algorithm of algorithms) {
    for (const size of list) {
      const own = algorithm === 'yours' ? {} : { algorithms: algorithm as 'ring' };
      try {
        const { timeNs, busbwGBps, totalBytes, bounds } = await simulateCollectiveAsync({
          ...spec,
          ...own,
          size,
          signal,
        });
        all.push({ algorithm, bytes: totalBytes, timeNs, busbwGBps, isPhysical: bounds.timeOverPlan >= 1 });
      } catch (error) {
        if (signal.aborted || !(error instanceof ConfigError || error instanceof SimulationError)) throw error;
        all.push({ algorithm, bytes: size, why: error.message });
        // An algorithm that fails at one size fails at all.
        done += list.length - list.indexOf(size) - 1;
        if (list[0] === size) break;
      }
      done++;
      report(done / (list.length * algorithms.length), all.at(-1) as SizePoint);
    }
  }
  return all;
};

/** Powers of 2 times the first size. */
function sizesOf(from: Quantity, to: Quantity): number[] {
  const [first, last] = [readSize('from', from), readSize('to', to)];
  const issues = last < first ? [{ path: 'to', expected: 'a size that is not below the first', got: String(to) }] : [];
  if (issues.length > 0) throw new ConfigError(issues);
  const list: number[] = [];
  for (let size = first; size <= last; size *= 2) list.push(size);
  if (list.length > MOST) {
    throw new ConfigError([
      { path: 'to', expected: `at most ${MOST} sizes, each twice the one before`, got: `${list.length}` },
    ]);
  }
  return list;
}

function readSize(path: string, text: Quantity): number {
  const wrong = (issue: { readonly expected: string; readonly got: string }) => new ConfigError([{ path, ...issue }]);
  let size: number;
  try {
    size = parseQuantity('bytes', text);
  } catch (error) {
    const [issue] = error instanceof ConfigError ? error.issues : [];
    throw issue === undefined ? error : wrong(issue);
  }
  if (Number.isInteger(size) && size >= 1) return size;
  throw wrong({ expected: 'a whole number of bytes, at least 1', got: String(text) });
}
