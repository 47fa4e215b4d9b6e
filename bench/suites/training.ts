import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type ModelSpec, type PlanSpec, simulateTraining } from '../../src/training/index.js';
import type { Figure, Suite, Verdict } from '../suite.js';

const command = fileURLToPath(new URL('dist/cli/main.js', import.meta.resolve('astra-sim-ts/package.json')));

const step = (
  accelerators: number,
  plan: Partial<PlanSpec>,
  network: 'congestion-unaware' | 'congestion-aware' = 'congestion-unaware',
) =>
  simulateTraining({
    network,
    model: 'gpt3-175b',
    cluster: `dgx-a100 x ${accelerators}`,
    plan: { globalBatch: accelerators / 2, tensor: 8, pipeline: 16, ...plan },
  });

const LAYERS_32 = {
  ...{ style: 'gpt', layers: 32, hidden: 4096, heads: 32, vocabulary: 51200, sequence: 2048 },
} as const satisfies ModelSpec;

/** Tensor 8 x data 8 on switches of 8 x 8: as a workload of every NPU it took 44 s and 900 MB. */
const WORKLOAD_SECONDS = 44;
const asWorkload = () =>
  simulateTraining({
    model: LAYERS_32,
    cluster: {
      accelerator: { name: 'any', peak: { bf16: 312e12 }, memoryBytes: 80e9, memoryBandwidth: 2039 },
      topology: 'switch(8, 300 GB/s, 500 ns) x switch(8, 25 GB/s, 1 us)',
    },
    plan: { globalBatch: 64, tensor: 8, data: 8 },
    splits: 4,
  });

/** A space with more than a thousand plans that divide and fit. */
const TUNE = [
  ...['train', 'tune', '--model', 'gpt3-175b', '--cluster', 'dgx-a100', '--gpus', '1024', '--global-batch', '1536'],
  ...['--tensor', '2,4,8', '--pipeline', '2,4,8,16,32', '--zero', '0,1,3', '--fused-attention', 'true,false'],
  ...['--chunks', '1,2,3,4', '--workers', '2', '--json'],
];
/** Prints the CPU time of a process and its threads when it ends, us. */
const SAY_CPU_TIME = `data:text/javascript,process.on('exit',()=>console.error(process.cpuUsage().user))`;
const MOST_TUNE_SECONDS = 120;
const LEAST_PLANS = 1000;
const MOST_BYTES = 500e6;

/** Training steps, and the search for the best. */
export const training: Suite = {
  name: 'training',
  about: 'a step of GPT-3 175B, tensor 8, pipeline 16, 64 micro-batches per pipeline; 32 layers on 64 NPUs; tuning',
  samples: 5,
  cases: () => [
    { name: '1,024 accelerators', run: () => step(1024, {}), target: { atMostMs: 300 } },
    {
      name: '65,536 accelerators',
      run: () => step(65536, {}),
      against: '1,024 accelerators',
      target: { atMostMs: 1000 },
    },
    { name: '1,024, ZeRO 3', run: () => step(1024, { zero: 3 }), against: '1,024 accelerators' },
    {
      name: '1,024, congestion-aware',
      run: () => step(1024, {}, 'congestion-aware'),
      against: '1,024 accelerators',
    },
    { name: '64 NPUs, 32 layers', run: asWorkload, target: { atMostMs: (1000 * WORKLOAD_SECONDS) / 100 } },
  ],
  figures: () => [memory(), ...tuning()],
};

/** Of a process that does nothing else. */
function memory(): Figure {
  const script = `const { simulateTraining } = await import('${import.meta.resolve('astra-sim-ts/training')}');
    simulateTraining({ model: 'gpt3-175b', cluster: 'dgx-a100 x 65536', plan: { globalBatch: 32768, tensor: 8, pipeline: 16 } });
    console.log(1024 * process.resourceUsage().maxRSS);`;
  const value = Number(node(['--input-type=module', '-e', script]).stdout);
  return { name: '65,536 accelerators, resident', value, unit: 'B', target: atMost(value, MOST_BYTES, '500 MB') };
}

function tuning(): Figure[] {
  const began = performance.now();
  const { stdout, stderr } = node(['--import', SAY_CPU_TIME, command, ...TUNE]);
  const value = 1e6 * (performance.now() - began);
  const { simulated } = (JSON.parse(stdout) as { results: { counts: { simulated: number } } }).results.counts;
  if (simulated < LEAST_PLANS) throw new Error(`${simulated} plans are fewer than ${LEAST_PLANS}`);
  return [
    {
      name: `tune, ${simulated.toLocaleString('en-US')} plans on 2 cores`,
      ...{ value, unit: 'ns', target: atMost(value, MOST_TUNE_SECONDS * 1e9, `${MOST_TUNE_SECONDS} s`) },
    },
    // What is left of the time on a machine that others use too.
    { name: 'tune, CPU time over 2 cores', value: (1e3 * Number(stderr)) / 2, unit: 'ns' },
  ];
}

function atMost(value: number, most: number, text: string): Verdict {
  return { text: `at most ${text}`, met: value <= most };
}

function node(args: readonly string[]): { readonly stdout: string; readonly stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(stderr);
  return { stdout, stderr };
}
