import type { Algorithm } from '../collectives/algorithms.js';
import { checkCollective } from '../spec/schema.js';
import type { CollectiveSpec } from '../spec/spec.js';

/**
 * The spec as resolved, for `--json`: quantities in base units, defaults filled in.
 * @throws ConfigError
 */
export function resolvedSpec(spec: CollectiveSpec): object {
  const {
    topology,
    graph,
    algorithms,
    localMemoryBandwidth,
    program,
    warnings: _,
    size: __,
    ...rest
  } = checkCollective(spec);
  return {
    ...rest,
    topology: graph === undefined ? topology : spec.topology,
    ...(program === undefined ? {} : { program: { ranks: program.ranks, steps: program.does.length } }),
    algorithms: isList(algorithms) ? algorithms.map(({ name }) => name) : algorithms.name,
    // JSON has no infinity.
    localMemoryBandwidth: Number.isFinite(localMemoryBandwidth) ? localMemoryBandwidth : 'unlimited',
  };
}

function isList(algorithms: Algorithm | readonly Algorithm[]): algorithms is readonly Algorithm[] {
  return Array.isArray(algorithms);
}
