import { ConfigError } from '../../base/errors.js';
import type { LinkGraph } from '../../topology/link-graph.js';
import { checkGraph } from '../checked-graph.js';
import { EVERY_NPU, ScheduleBuilder, type TransferSchedule } from '../schedule.js';
import { ShortestPaths } from '../shortest-paths.js';
import type { Composition } from './compose.js';
import type { Fence, Verb } from './verbs.js';

/**
 * The messages of a composition as transfers over shortest paths of a graph whose NPUs are the ranks.
 * A transfer waits for what it carries, not for the rest of its round; on links, earlier rounds go
 * first.
 *
 * @throws ConfigError when the graph has another number of NPUs, or data starts or ends at some
 * ranks only: a chunk is of one or of all.
 */
export function composedSchedule(
  composition: Composition,
  verbs: readonly (Verb | Fence)[],
  graph: LinkGraph,
  { bytesPerElement = 1 } = {},
): TransferSchedule {
  checkGraph(graph);
  const { ranks, chunkData, chunkElements } = composition;
  if (ranks !== graph.npus) {
    throw new ConfigError([{ path: 'graph.npus', expected: `${ranks}, the number of ranks`, got: `${graph.npus}` }]);
  }
  const builder = new ScheduleBuilder();
  const ends = endsOfData(verbs, ranks);
  for (const data of chunkData) {
    const { source, target } = ends.get(data) as DataEnds;
    builder.addChunk(source, target);
  }

  const largest = chunkElements.reduce((most, elements) => Math.max(most, elements), 0);
  const paths = new ShortestPaths(graph, largest * bytesPerElement);
  /** What came to a rank of a chunk since the last copy, that included. */
  const arrived = new Map<number, number[]>();
  for (let i = 0; i < composition.round.length; i++) {
    const from = composition.from[i] as number;
    const to = composition.to[i] as number;
    const chunk = composition.chunk[i] as number;
    if (from === to) continue;
    const transfer = builder.add({
      chunk,
      from,
      to,
      path: paths.path(from, to),
      bytes: (chunkElements[chunk] as number) * bytesPerElement,
      reduces: composition.reduces[i] === 1,
      needs: arrived.get(chunk * ranks + from) ?? [],
    });
    const known = arrived.get(chunk * ranks + to);
    if (known !== undefined && composition.reduces[i] === 1) known.push(transfer);
    else arrived.set(chunk * ranks + to, [transfer]);
  }
  return builder.build();
}

interface DataEnds {
  readonly source: number;
  readonly target: number;
}

/** Where data starts, by the first verb on it, and ends, by the last. */
function endsOfData(verbs: readonly (Verb | Fence)[], ranks: number): Map<number, DataEnds> {
  const ends = new Map<number, DataEnds>();
  for (const [i, verb] of verbs.entries()) {
    if (verb.kind === 'fence') continue;
    const { leaves, root } = verb;
    const one = typeof leaves !== 'string' && leaves.length === 1 ? leaves[0] : undefined;
    const all = leaves === 'all' || (verb.kind === 'multicast' && leaves === 'others') || leaves.length === ranks;
    if (one === undefined && !all) {
      throw new ConfigError([{ path: `verbs[${i}].leaves`, expected: 'one leaf or all ranks', got: `${leaves}` }]);
    }
    const side = one ?? EVERY_NPU;
    const source = ends.get(verb.data)?.source ?? (verb.kind === 'multicast' ? root : side);
    ends.set(verb.data, { source, target: verb.kind === 'multicast' ? side : root });
  }
  return ends;
}
