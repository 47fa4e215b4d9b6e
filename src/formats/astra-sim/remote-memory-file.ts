import * as v from 'valibot';
import { ConfigError } from '../../base/errors.js';
import { whole } from '../../base/validate.js';
import type { Warning } from '../../base/warnings.js';
import type { MemorySpec } from '../../workload/spec.js';
import { ignoredKeys, parseFile } from './keys.js';

const KINDS: Readonly<Record<string, MemorySpec['kind'] | 'none'>> = {
  NO_MEMORY_EXPANSION: 'none',
  PER_NPU_MEMORY_EXPANSION: 'per-npu',
  PER_NODE_MEMORY_EXPANSION: 'per-node',
  MEMORY_POOL: 'pool',
};

const atLeastZero = v.pipe(v.number('a number'), v.finite('a number'), v.minValue(0, 'a number of at least 0'));

const schema = v.looseObject({
  // Public scripts omit it to mean no memory.
  'memory-type': v.optional(v.picklist(Object.keys(KINDS)), 'NO_MEMORY_EXPANSION'),
  'remote-mem-latency': v.optional(whole(0, Number.MAX_SAFE_INTEGER), 0),
  'remote-mem-bw': v.optional(atLeastZero, 0),
  'num-nodes': v.optional(whole(1, 2 ** 31 - 1)),
  'num-npus-per-node': v.optional(whole(1, 2 ** 31 - 1)),
});

/** `enabled` is the older key for `memory-type`, and 0 in all files that still have it. */
const DEAD_KEYS = ['enabled'];

/**
 * Reads the reference's parsed remote memory file.
 * @throws ConfigError that lists all problems.
 */
export function readRemoteMemoryFile(
  file: unknown,
  path: string,
): { readonly memory: MemorySpec | undefined; readonly warnings: readonly Warning[] } {
  const given = parseFile(schema, file, path);
  const kind = KINDS[given['memory-type']] as MemorySpec['kind'] | 'none';
  const bandwidth = given['remote-mem-bw'];
  if (kind !== 'none' && bandwidth === 0) {
    throw new ConfigError([{ path: `${path}.remote-mem-bw`, expected: 'a number above 0 (GB/s)', got: '0' }]);
  }
  const memory = {
    kind: kind === 'none' ? 'pool' : kind,
    latency: given['remote-mem-latency'],
    bandwidth,
    npusPerNode: given['num-npus-per-node'] ?? 1,
  } as const;
  return {
    memory: kind === 'none' ? undefined : memory,
    warnings: ignoredKeys('remote memory', Object.keys(given), Object.keys(schema.entries), DEAD_KEYS),
  };
}
