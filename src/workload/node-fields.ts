import { ConfigError } from '../base/errors.js';
import type { Collective } from '../collectives/collective.js';
import { booleans, integer, place, text } from '../formats/chakra/attributes.js';
import type { TraceNode } from '../formats/chakra/graph.js';

/** What a collective node asks for. */
export interface CollectiveRequest {
  readonly collective: Collective;
  readonly bytes: number;
  readonly involved: readonly boolean[] | undefined;
  /** Communicator group; empty for all NPUs. */
  readonly group: string;
}

const COMM_TYPES: Readonly<Record<number, Collective | 'broadcast'>> = {
  0: 'all-reduce',
  2: 'all-gather',
  5: 'broadcast',
  6: 'all-to-all',
  7: 'reduce-scatter',
};

/** Reads a collective node; undefined for a broadcast, which only takes its recorded time. */
export function collectiveRequest(node: TraceNode, file: string): CollectiveRequest | undefined {
  const type = integer(node, 'comm_type', { file });
  const collective = COMM_TYPES[type];
  const path = place(file, node.id);
  if (collective === undefined) {
    const expected = 'comm_type 0 (all-reduce), 2 (all-gather), 5 (broadcast), 6 (all-to-all) or 7 (reduce-scatter)';
    throw new ConfigError([{ path, expected, got: String(type) }]);
  }
  if (collective === 'broadcast') return undefined;
  const bytes = integer(node, 'comm_size', { file });
  if (bytes < 1) throw new ConfigError([{ path, expected: 'comm_size of at least 1', got: String(bytes) }]);
  const name = text(node, 'pg_name', { file, absent: '' });
  const involved = node.attributes.has('involved_dim') ? booleans(node, 'involved_dim', { file }) : undefined;
  return { collective, bytes, involved, group: name === '0' ? '' : name };
}

/** The other end of a send or receive, and what the two are matched by. */
export interface Transfer {
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
  readonly tag: number;
}

/**
 * Reads a send or receive node of rank `self`.
 * @param ranks - peers are from 0 to this, exclusive.
 */
export function transferOf(node: TraceNode, self: number, ranks: number, file: string): Transfer {
  const sends = node.kind === 'send';
  const [mine, theirs] = sends ? ['comm_src', 'comm_dst'] : ['comm_dst', 'comm_src'];
  const peer = integer(node, theirs as string, { file });
  const own = integer(node, mine as string, { file, absent: self });
  const bytes = integer(node, 'comm_size', { file });
  const path = place(file, node.id);
  if (peer < 0 || peer >= ranks) {
    throw new ConfigError([{ path, expected: `${theirs} from 0 to ${ranks - 1}`, got: String(peer) }]);
  }
  if (bytes < 0) throw new ConfigError([{ path, expected: 'comm_size of at least 0', got: String(bytes) }]);
  const tag = integer(node, 'comm_tag', { file, absent: 0 });
  return sends ? { from: own, to: peer, bytes, tag } : { from: peer, to: own, bytes, tag };
}
