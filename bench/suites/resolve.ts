import { fromAstraSim } from '../../src/formats/index.js';
import { type CollectiveSpec, ConfigError } from '../../src/index.js';
import { prepare } from '../../src/simulate.js';
import { hierarchy } from '../specs.js';
import type { Suite } from '../suite.js';

const numbers: CollectiveSpec = { ...hierarchy(8), collective: 'all-reduce' };

const units: CollectiveSpec = {
  collective: 'all-reduce',
  topology: 'ring(8, 600 GB/s, 500 ns) x switch(8, 150 GB/s, 1 us) x ring(8, 75 GB/s, 2 us) x switch(8, 25 GB/s, 5 us)',
  size: '1 GiB',
  splits: 64,
};

const files = {
  network: {
    topology: ['Ring', 'Switch', 'Ring', 'Switch'],
    npus_count: [8, 8, 8, 8],
    bandwidth: [600, 150, 37.5, 9.375],
    latency: [500, 1000, 2000, 5000],
  },
  system: {
    'scheduling-policy': 'FIFO',
    'endpoint-delay': 10,
    'active-chunks-per-dimension': 1,
    'preferred-dataset-splits': 64,
    'all-reduce-implementation': ['ring', 'ring', 'ring', 'ring'],
    'collective-optimization': 'localBWAware',
    'local-mem-bw': 1600,
  },
  collective: 'all-reduce',
  bytes: 2 ** 30,
} as const;

/** Every value wrong, every key misspelt: what an error with hints costs. */
const wrong = {
  collective: 'all-redcue',
  topology: [{ kind: 'rings', npus: 0, bandwith: 1, latency: '5 parsecs' }],
  sizes: 1,
  algorithms: ['rign'],
} as unknown as CollectiveSpec;

/** Checking a spec, filling its defaults and planning it. */
export const resolve: Suite = {
  name: 'resolve',
  about: 'a spec of four dimensions and 64 chunks, checked and planned',
  cases: () => [
    { name: 'numbers', run: () => prepare(numbers) },
    { name: 'strings with units', run: () => prepare(units), against: 'numbers' },
    { name: "the reference's files", run: () => prepare(fromAstraSim(files)), against: 'numbers' },
    { name: 'all wrong', run: () => refuse(wrong), against: 'numbers' },
  ],
};

function refuse(spec: CollectiveSpec): void {
  try {
    prepare(spec);
  } catch (error) {
    if (error instanceof ConfigError) return;
    throw error;
  }
  throw new Error('a wrong spec was accepted');
}
