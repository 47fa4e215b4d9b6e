import * as v from 'valibot';
import { ConfigError, show } from '../../base/errors.js';
import { nameIn, whole } from '../../base/validate.js';
import type { Warning } from '../../base/warnings.js';
import { SYMMETRIC_COLLECTIVES } from '../../collectives/collective.js';
import type { MachineSpec } from '../../spec/spec.js';
import { ignoredKeys, parseFile } from './keys.js';
import {
  ALGORITHM_NAMES,
  algorithmName,
  INTER_DIMENSION_NAMES,
  INTRA_DIMENSION_NAMES,
  OPTIMIZATION_NAMES,
  POLICY_NAMES,
} from './names.js';

/** Keys of real files that nothing in the analytical backends reads. */
const DEAD_KEYS = ['boost-mode', 'L', 'o', 'g', 'G', 'model-shared-bus', 'local-mem-latency'];
/** Keys that matter for a workload but not for a single collective. */
const WORKLOAD_KEYS = [
  'peak-perf',
  'roofline-enabled',
  'replay-only',
  'trace-enabled',
  'track-local-mem',
  'local-mem-trace-filename',
  'remote-mem-bw',
  'remote-mem-latency',
  'per-node-custom-implementation',
  ...SYMMETRIC_COLLECTIVES.map((collective) => `${collective}-implementation-custom`),
];
/** Keys that work here and that the current reference ignores. */
const SCHEDULING_KEYS = ['inter-dimension-scheduling', 'intra-dimension-scheduling'] as const;

export const positive = v.pipe(
  v.number('a number above 0'),
  v.finite('a number above 0'),
  v.gtValue(0, 'a number above 0'),
);

const algorithms = v.optional(
  v.array(
    v.pipe(
      v.string('the name of an algorithm'),
      v.check(
        (name) => algorithmName(name) !== undefined,
        `one of ${ALGORITHM_NAMES.join(', ')}, the direct ones with or without a window`,
      ),
      v.transform((name) => algorithmName(name) as NonNullable<ReturnType<typeof algorithmName>>),
    ),
    'a list of algorithm names',
  ),
  ['ring'],
);

const switchedOn = v.optional(v.union([whole(0, 1), v.boolean('true or false')], '0 or 1'), 0);

const schema = v.looseObject({
  'scheduling-policy': v.optional(nameIn(POLICY_NAMES), 'FIFO'),
  'inter-dimension-scheduling': v.optional(nameIn(INTER_DIMENSION_NAMES), 'ascending'),
  'intra-dimension-scheduling': v.optional(nameIn(INTRA_DIMENSION_NAMES), 'FIFO'),
  'endpoint-delay': v.optional(
    v.pipe(
      v.number('a number of at least 0'),
      v.minValue(0, 'a number of at least 0'),
      v.maxValue(Number.MAX_SAFE_INTEGER, 'a number below 2^53'),
    ),
    10,
  ),
  'active-chunks-per-dimension': v.optional(whole(1, 2 ** 31 - 1), 1),
  'preferred-dataset-splits': v.optional(whole(1, 2 ** 24), 1),
  'collective-optimization': v.optional(nameIn(OPTIMIZATION_NAMES), 'baseline'),
  'local-mem-bw': v.optional(positive),
  'roofline-enabled': switchedOn,
  'replay-only': switchedOn,
  'peak-perf': v.optional(v.pipe(v.number('a number (TFLOP/s)'), v.minValue(0, 'a number of at least 0'))),
  'all-reduce-implementation': algorithms,
  'all-gather-implementation': algorithms,
  'reduce-scatter-implementation': algorithms,
  'all-to-all-implementation': algorithms,
});

/** The reference's checked system file, with its own keys. */
export type SystemFile = v.InferOutput<typeof schema>;

/**
 * Checks the reference's parsed system file.
 * @param path - the file's name in issues.
 * @throws ConfigError that lists all problems.
 */
export function readSystemFile(
  file: unknown,
  path: string,
): { readonly system: SystemFile; readonly warnings: readonly Warning[] } {
  const given = typeof file === 'object' && file !== null && !Array.isArray(file) ? { ...file } : file;
  const warnings: Warning[] = [];
  if (typeof given === 'object' && given !== null) warnings.push(...setAsideUnknownNames(given));
  const system = parseFile(schema, given, path);
  if (system['model-shared-bus'] === 1 || system['model-shared-bus'] === true) {
    const expected = '0: the model of a shared memory bus (L, o, g, G) is not part of this simulator';
    const at = path === '' ? 'model-shared-bus' : `${path}.model-shared-bus`;
    throw new ConfigError([{ path: at, expected, got: show(system['model-shared-bus']) }]);
  }
  const delay = system['endpoint-delay'];
  if (!Number.isInteger(delay)) {
    const message = `system key "endpoint-delay" is cut to whole ns: ${Math.trunc(delay)} instead of ${delay}`;
    warnings.push({ code: 'reference-ignores', message, data: { given: delay, used: Math.trunc(delay) } });
  }
  const known = [...Object.keys(schema.entries), ...WORKLOAD_KEYS];
  warnings.push(...ignoredKeys('system', Object.keys(system), known, DEAD_KEYS));
  for (const key of SCHEDULING_KEYS) {
    if (system[key] === (key === 'inter-dimension-scheduling' ? 'ascending' : 'fifo')) continue;
    const message = `system key "${key}" is honoured here; the current reference ignores it (ascending order, FIFO within a queue)`;
    warnings.push({ code: 'reference-ignores', message, data: { key } });
  }
  return { system, warnings };
}

/** Drops unknown names in keys that the reference ignores, which then have their defaults. */
function setAsideUnknownNames(file: object): Warning[] {
  const tables = [INTER_DIMENSION_NAMES, INTRA_DIMENSION_NAMES];
  return SCHEDULING_KEYS.flatMap((key, i): Warning[] => {
    const name = (file as Record<string, unknown>)[key];
    if (typeof name !== 'string' || Object.hasOwn(tables[i] as object, name)) return [];
    delete (file as Record<string, unknown>)[key];
    const message = `system key "${key}": ${show(name)} is not a policy and is ignored, as in the reference`;
    return [{ code: 'reference-ignores', message, data: { key, name } }];
  });
}

/** The machine part of a system file. */
export function machineOf(system: SystemFile, injectionScale = 1) {
  return {
    activeChunks: system['active-chunks-per-dimension'],
    scheduling: system['scheduling-policy'],
    interDimensionScheduling: system['inter-dimension-scheduling'],
    intraDimensionScheduling: system['intra-dimension-scheduling'],
    endpointDelay: Math.trunc(Math.trunc(system['endpoint-delay']) * injectionScale),
    localMemoryBandwidth: system['local-mem-bw'] ?? 'unlimited',
  } as const satisfies Partial<MachineSpec>;
}
