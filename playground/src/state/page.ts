import type { DimensionKind } from 'astra-sim-ts';
import type { PageFile } from '../terminal/protocol.js';

/** A dimension on the page, as typed, valid or not. */
export interface Row {
  readonly kind: DimensionKind;
  readonly npus: string;
  readonly bandwidth: string;
  readonly latency: string;
  readonly algorithm: string;
}

/** A field's initial text, and its choices if limited. */
interface Field {
  readonly first: string;
  readonly choices?: readonly string[];
}

const text = (first: string): Field => ({ first });
const choice = (...choices: readonly [string, ...string[]]): Field => ({ first: choices[0], choices });
const flag = choice('no', 'yes');

const FIRST_SCRIPT = `import { simulateAllReduce } from 'astra-sim-ts';

const topology = 'ring(8, 600 GB/s, 500 ns) x switch(4, 50 GB/s, 2 us)';
for (const splits of [1, 4, 16, 64]) {
  const { timeNs, busbwGBps } = simulateAllReduce({ topology, size: '64 MiB', splits });
  console.log(\`\${splits} splits: \${timeNs} ns, bus bandwidth \${busbwGBps.toFixed(1)} GB/s\`);
}
`;

/** Every field of the page but dimensions and files, by its name in a link. */
export const FIELDS = {
  view: choice('collective', 'training', 'command', 'script'),
  form: choice('dimensions', 'graph'),
  graph: text('graph: dgx-1(V100, 700 ns)'),
  op: choice('all-reduce', 'reduce-scatter', 'all-gather', 'all-to-all'),
  size: text('64 MiB'),
  flat: choice('no', 'one-ring', 'one-bidirectional-ring', 'one-direct', 'one-halving-doubling'),
  graphalg: text('ring'),
  splits: text('8'),
  active: text('1'),
  links: choice('overlap', 'queue'),
  split: choice('local-bw-aware', 'baseline'),
  order: choice('ascending', 'round-robin', 'themis', 'themis-flex'),
  waiting: choice('fifo', 'smallest-first', 'fewest-remaining-phases-first'),
  endpoint: text('10 ns'),
  memory: text('1600 GB/s'),
  tab: choice('timeline', 'messages', 'advice', 'sizes', 'compare'),
  at: text(''),
  league: flag,
  from: text('64 KiB'),
  to: text('1 GiB'),
  curves: text('ring,direct,halving-doubling'),
  measure: choice('busbw', 'time'),
  model: text('gpt3-175b'),
  cluster: text('dgx-a100 x 1024'),
  tensor: text('8'),
  pipeline: text('16'),
  context: text('1'),
  expert: text('1'),
  batch: text('1536'),
  micro: text('1'),
  schedule: choice('1f1b', 'gpipe', 'interleaved'),
  chunks: text('2'),
  zero: choice('0', '1', '2', '3'),
  recompute: choice('full', 'selective', 'none'),
  gradients: choice('4', '2'),
  sequence: flag,
  overlapgradients: flag,
  overlappipeline: flag,
  scattergather: flag,
  fused: flag,
  command: text(
    'astra-sim-ts collective --topology "ring(8, 600 GB/s, 500 ns) x switch(4, 50 GB/s, 2 us)" -b 1M -e 1G -f 8',
  ),
  script: text(FIRST_SCRIPT),
  run: flag,
} as const satisfies Readonly<Record<string, Field>>;

export type FieldName = keyof typeof FIELDS;
export const FIELD_NAMES = Object.keys(FIELDS) as readonly FieldName[];
export const choicesOf = (name: FieldName): readonly string[] | undefined => (FIELDS[name] as Field).choices;

/** All that a link holds. */
export interface Page extends Readonly<Record<FieldName, string>> {
  readonly rows: readonly Row[];
  /** For a command or a script. */
  readonly files: readonly PageFile[];
}

export const FIRST_ROWS: readonly Row[] = [
  { kind: 'ring', npus: '8', bandwidth: '600 GB/s', latency: '500 ns', algorithm: 'ring' },
  { kind: 'switch', npus: '4', bandwidth: '50 GB/s', latency: '2 us', algorithm: 'ring' },
];

/** The page without a link. */
export const FIRST_PAGE: Page = {
  ...(Object.fromEntries(FIELD_NAMES.map((name) => [name, FIELDS[name].first])) as Record<FieldName, string>),
  rows: FIRST_ROWS,
  files: [],
};
