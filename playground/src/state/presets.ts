import type { DimensionKind } from 'astra-sim-ts';
import type { Row } from './page.js';
import { change } from './store.js';

interface Preset {
  readonly name: string;
  readonly rows?: readonly Row[];
  readonly graph?: string;
}

const row = (kind: DimensionKind, npus: number, bandwidth: string, latency: string): Row => ({
  ...{ kind, npus: String(npus), bandwidth, latency, algorithm: 'ring' },
});

/** Networks to start from: bandwidths from data sheets, latencies of measured magnitude. */
export const PRESETS: readonly Preset[] = [
  {
    name: 'Ring in a box, switch between 4 boxes',
    rows: [row('ring', 8, '600 GB/s', '500 ns'), row('switch', 4, '50 GB/s', '2 us')],
  },
  { name: '4 DGX H100', rows: [row('switch', 8, '450 GB/s', '500 ns'), row('switch', 4, '400 Gbit/s', '1 us')] },
  {
    name: '4 MI300X platforms',
    rows: [row('fully-connected', 8, '64 GB/s', '500 ns'), row('switch', 4, '400 Gbit/s', '1 us')],
  },
  {
    name: 'GB200 NVL72, 8 racks',
    rows: [row('switch', 72, '900 GB/s', '500 ns'), row('switch', 8, '400 Gbit/s', '1 us')],
  },
  { name: 'TPU v4, a cube of 4 × 4 × 4', rows: ['0', '1', '2'].map(() => row('ring', 4, '50 GB/s', '500 ns')) },
  {
    name: '1,024 NPUs in three tiers',
    rows: [
      row('ring', 8, '300 GB/s', '500 ns'),
      row('fully-connected', 8, '100 GB/s', '700 ns'),
      row('switch', 16, '50 GB/s', '2 us'),
    ],
  },
  { name: 'Graph: DGX-1 with V100', graph: 'graph: dgx-1(V100, 700 ns)' },
  { name: 'Graph: torus of 4 × 4', graph: 'graph: torus(4x4, 25 GB/s, 500 ns)' },
  { name: 'Graph: fat tree of 32', graph: 'graph: fat-tree(8x4, 25 GB/s, 500 ns)' },
  { name: 'Graph: dragonfly of 24', graph: 'graph: dragonfly(4, 3, 50 GB/s, 25 GB/s, 500 ns, npus = 2)' },
  { name: 'Graph: rails of 4 boxes', graph: 'graph: rail-optimised(4, 8, 300 GB/s, 25 GB/s, 500 ns, spines = 2)' },
  {
    name: 'Graph: your own links',
    graph:
      '# two boxes of two, one switch\n0 - 1, 300 GB/s, 500 ns\n2 - 3, 300 GB/s, 500 ns\n0 - spine, 25 GB/s, 1 us\n1 - spine, 25 GB/s, 1 us\n2 - spine, 25 GB/s, 1 us\n3 - spine, 25 GB/s, 1 us',
  },
];

export function applyPreset(name: string): void {
  const preset = PRESETS.find((one) => one.name === name);
  if (preset?.rows !== undefined) change({ form: 'dimensions', rows: preset.rows });
  if (preset?.graph !== undefined) change({ form: 'graph', graph: preset.graph });
}
