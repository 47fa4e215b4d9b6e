import { ConfigError, type Issue } from '../base/errors.js';
import { type Algorithm, readAlgorithm } from '../collectives/algorithms.js';
import { everyNpu, physicalDimension } from '../topology/logical-dimension.js';
import type { Machine } from './machine.js';
import type { ActiveDimension } from './phases.js';
import type { CollectiveWish } from './wish.js';

/**
 * The logical dimensions that take part in a collective, ascending, each with its algorithm.
 * @throws ConfigError for algorithms and flags that do not fit the machine.
 */
export function activeDimensions(wish: CollectiveWish, machine: Machine): ActiveDimension[] {
  return wish.groupRanks === undefined ? gridDimensions(wish, machine) : groupDimension(wish, machine);
}

/** A group is one dimension of its members in listed order: a ring, unless one algorithm is named. */
function groupDimension(
  { algorithms, groupRanks: ranks = 0 }: CollectiveWish,
  { dimensions }: Machine,
): ActiveDimension[] {
  const [only, ...others] = [algorithms].flat();
  const algorithm = only !== undefined && others.length === 0 ? only : (readAlgorithm('ring') as Algorithm);
  return [{ dimension: { ...everyNpu(dimensions), ranks }, algorithm }];
}

/** The logical dimensions that take part, each with its algorithm. */
function gridDimensions(
  { algorithms: given, involvedDimensions }: CollectiveWish,
  { dimensions }: Machine,
): ActiveDimension[] {
  const list = isList(given) ? given : given.flat ? [given] : dimensions.map(() => given);
  const flat = list.find((one) => one.flat);
  const issues: Issue[] = [];
  if (flat !== undefined && list.length > 1) {
    const expected = `${flat.name} alone, because it runs over all dimensions at once`;
    issues.push({ path: 'algorithms', expected, got: `a list of ${list.length}` });
  }
  if (list.length > dimensions.length) {
    const expected = `at most one per dimension (${dimensions.length})`;
    issues.push({ path: 'algorithms', expected, got: `a list of ${list.length}` });
  }
  if (involvedDimensions !== undefined && involvedDimensions.length !== dimensions.length) {
    const expected = `one entry per dimension (${dimensions.length})`;
    issues.push({ path: 'involvedDimensions', expected, got: `a list of ${involvedDimensions.length}` });
  }
  if (issues.length > 0) throw new ConfigError(issues);

  const active = list
    .map((algorithm, d) => ({
      algorithm,
      dimension: algorithm.flat ? everyNpu(dimensions) : physicalDimension(dimensions, d),
    }))
    .filter(({ dimension: { ranks, index } }) => ranks > 1 && (involvedDimensions?.[index] ?? true));
  if (active.length === 0) {
    const path = involvedDimensions === undefined ? 'topology' : 'involvedDimensions';
    const expected = 'at least one dimension of two or more NPUs that takes part';
    throw new ConfigError([{ path, expected, got: 'no dimension with two or more NPUs' }]);
  }
  return active;
}

function isList(given: Algorithm | readonly Algorithm[]): given is readonly Algorithm[] {
  return Array.isArray(given);
}
