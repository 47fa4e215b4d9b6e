import { ConfigError, show } from '../base/errors.js';
import { didYouMean } from '../base/validate.js';
import { dgx1, dgxA100, railOptimised } from './builders/boxes.js';
import { dragonfly } from './builders/dragonfly.js';
import { fatTree } from './builders/fat-tree.js';
import { fullyConnected, hypercube, mesh, ring, star, torus } from './builders/regular.js';
import type { NamedGraph } from './named-graph.js';

interface Builder {
  /** Options that may omit their names, in this order. */
  readonly order: readonly string[];
  build(options: unknown): NamedGraph;
}

const SPEED = ['bandwidth', 'latency'];

/** Named graphs. */
const BUILDERS: Readonly<Record<string, Builder>> = {
  ring: { order: ['npus', ...SPEED], build: ring },
  torus: { order: ['sizes', ...SPEED], build: torus },
  mesh: { order: ['sizes', ...SPEED], build: mesh },
  hypercube: { order: ['dimensions', ...SPEED], build: hypercube },
  'fully-connected': { order: ['npus', ...SPEED], build: fullyConnected },
  star: { order: ['npus', ...SPEED], build: star },
  'fat-tree': { order: ['down', ...SPEED], build: fatTree },
  dragonfly: { order: ['groups', 'routers', 'localBandwidth', 'globalBandwidth', 'latency'], build: dragonfly },
  'rail-optimised': {
    order: ['boxes', 'npusPerBox', 'boxBandwidth', 'railBandwidth', 'latency'],
    build: railOptimised,
  },
  'dgx-1': { order: ['gpus', 'latency'], build: dgx1 },
  'dgx-a100': { order: ['boxes', 'latency'], build: dgxA100 },
};

const PREFIX = /^\s*graph\s*:/;
const CALL = /^([^()]*)\(([^()]*)\)$/;
const NAMED = /^([a-zA-Z]\w*)\s*=(.*)$/;
const COUNTS = /^\d+(\s*[x×]\s*\d+)*$/;
const RATIO = /^\d+\.\d+$/;

/** Whether a topology's text is a graph, and not the shorthand of a grid. */
export function isGraphShorthand(text: string): boolean {
  return typeof text === 'string' && PREFIX.test(text);
}

/**
 * Reads a graph in one line: `graph: name(argument, ...)`. Arguments follow the builder's
 * order; after these come named ones in any order, such as `up = 2`. An argument is a whole number,
 * several (`4x4`), or a quantity (`25 GB/s`, `500 ns`).
 *
 * ```text
 * graph: ring(8, 25 GB/s, 500 ns)                  likewise fully-connected, star
 * graph: torus(4x4, 25 GB/s, 500 ns)               likewise mesh
 * graph: hypercube(4, 25 GB/s, 500 ns)
 * graph: fat-tree(8x4, 25 GB/s, 500 ns, up = 2, oversubscription = 4)
 * graph: dragonfly(4, 3, 50 GB/s, 25 GB/s, 500 ns, npus = 2)
 * graph: rail-optimised(4, 8, 300 GB/s, 25 GB/s, 500 ns, spines = 2)
 * graph: dgx-1(V100, 700 ns)
 * graph: dgx-a100(2, 700 ns, railLatency = 2 us)
 * ```
 *
 * @throws ConfigError that lists all problems; paths are names of options.
 */
export function readGraphShorthand(text: string): NamedGraph {
  if (typeof text !== 'string') throw new ConfigError([{ path: '', expected: 'text', got: show(text) }]);
  const [, name = '', list = ''] = CALL.exec(text.replace(PREFIX, '').trim()) ?? [];
  const names = Object.keys(BUILDERS);
  const kind = name.trim();
  const builder = Object.hasOwn(BUILDERS, kind) ? BUILDERS[kind] : undefined;
  if (builder === undefined) {
    const expected =
      kind === '' ? 'a graph such as "graph: torus(4x4, 25 GB/s, 500 ns)"' : `one of the graphs ${names.join(', ')}`;
    const got = show(kind === '' ? text.trim() : kind);
    throw new ConfigError([{ path: '', expected, got, ...didYouMean(kind, names) }]);
  }
  return builder.build(readArguments(kind, list, builder.order));
}

function readArguments(kind: string, list: string, order: readonly string[]): Readonly<Record<string, unknown>> {
  const options = new Map<string, unknown>();
  for (const [i, argument] of list.split(',').entries()) {
    const [, written, value = argument] = NAMED.exec(argument.trim()) ?? [];
    const name = written ?? order[i];
    if (name === undefined || value.trim() === '' || options.has(name)) {
      const expected = `${kind}(${order.join(', ')}) and more by name, each once, such as up = 2`;
      throw new ConfigError([{ path: '', expected, got: show(argument.trim()) }]);
    }
    options.set(name, readValue(value.trim()));
  }
  return Object.fromEntries(options);
}

function readValue(text: string): unknown {
  if (RATIO.test(text)) return Number(text);
  if (!COUNTS.test(text)) return text;
  const numbers = text.split(/[x×]/).map(Number);
  return numbers.length === 1 ? numbers[0] : numbers;
}
