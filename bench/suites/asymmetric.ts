import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import seedrandom from 'seedrandom';
import { traceOf, writeTrace } from '../../src/formats/index.js';
import type { WorkGraph, WorkNode } from '../../src/workload/index.js';
import type { Figure, Suite } from '../suite.js';

const command = fileURLToPath(new URL('dist/cli/main.js', import.meta.resolve('astra-sim-ts/package.json')));

/** A whole command, and what the reference took for it: CPU seconds on its machine, resident MiB. */
interface Job {
  readonly name: string;
  readonly argv: (folder: string) => readonly string[];
  readonly seconds: number;
  readonly mebibytes: number;
}

/** CPU seconds of `node -e 0` on the machine on which the reference was timed, in the same run: what its figures are scaled by. */
const EMPTY_SECONDS = 0.13;
const RUNS = 3;
const MEBI = 2 ** 20;

const JOBS: readonly Job[] = [
  {
    name: '64 NPUs x 1,000 nodes, a quarter collectives',
    argv: (folder) => files(folder, 'mixed', 2, () => layers(1000, 4)),
    seconds: 3.3,
    mebibytes: 88,
  },
  {
    name: '64 NPUs x 5,000 computations',
    argv: (folder) => files(folder, 'computations', 2, () => layers(5000, Number.POSITIVE_INFINITY)),
    seconds: 18.5,
    mebibytes: 381,
  },
  {
    name: 'pipeline, 16 stages x 500 micro-batches',
    argv: (folder) => files(folder, 'pipeline', 1, () => pipeline(16, 500)),
    seconds: 1.01,
    mebibytes: 48,
  },
  {
    name: 'ring of 256 with queues, 8 chunks, 2 active',
    argv: () => collective('ring(256, 600 GB/s, 500 ns)', 'ring', 8, 2),
    seconds: 3.2,
    mebibytes: 37,
  },
  {
    name: 'switch of 64 with queues, direct, 16 chunks, 4 active',
    argv: () => collective('switch(64, 600 GB/s, 500 ns)', 'direct', 16, 4),
    seconds: 1.15,
    mebibytes: 27,
  },
];

/** Every NPU with a trace of its own: computations that last differently, every so many nodes an all-reduce of all. */
function layers(count: number, every: number): WorkGraph[] {
  const random = seedrandom('asymmetric');
  return Array.from({ length: 64 }, () => ({
    nodes: Array.from({ length: count }, (_, id): WorkNode => {
      const base = {
        id,
        name: `node ${id}`,
        dependsOn: id === 0 ? [] : [id - 1],
        ns: 1000 * (1 + Math.floor(100 * random())),
      };
      if (id % every !== every - 1) return { ...base, kind: 'compute' };
      return { ...base, kind: 'collective', collective: 'all-reduce', bytes: MEBI };
    }),
  }));
}

/** Each stage receives from the one before, computes, sends to the next. */
function pipeline(stages: number, microBatches: number): WorkGraph[] {
  const random = seedrandom('pipeline');
  return Array.from({ length: stages }, (_, stage) => {
    const nodes: WorkNode[] = [];
    const chain = (node: { readonly kind: WorkNode['kind'] } & Readonly<Record<string, unknown>>) => {
      const id = nodes.length;
      nodes.push({
        id,
        name: `node ${id}`,
        dependsOn: id === 0 ? [] : [id - 1],
        ns: 1000,
        ...node,
      } as unknown as WorkNode);
    };
    for (let tag = 0; tag < microBatches; tag++) {
      if (stage > 0) chain({ kind: 'receive', peer: stage - 1, bytes: 1e6, tag });
      chain({ kind: 'compute', ns: 1000 * (10 + Math.floor(10 * random())) });
      if (stage < stages - 1) chain({ kind: 'send', peer: stage + 1, bytes: 1e6, tag });
    }
    return { nodes };
  });
}

/** Writes traces and the files that go with them; returns the command that runs them. */
function files(folder: string, name: string, dimensions: 1 | 2, graphs: () => readonly WorkGraph[]): readonly string[] {
  const at = (file: string) => join(folder, `${name}.${file}`);
  const traces = graphs();
  for (const [npu, graph] of traces.entries()) writeFileSync(at(`${npu}.et`), writeTrace(traceOf(graph, npu)));
  const of = <T>(one: T, two: T) => [one, two].slice(0, dimensions);
  const network = {
    ...{ topology: of('Ring', 'Switch'), npus_count: of(traces.length / (dimensions === 2 ? 8 : 1), 8) },
    ...{ bandwidth: of(600, 50), latency: of(500, 2000) },
  };
  const system = {
    ...{ 'scheduling-policy': 'LIFO', 'endpoint-delay': 10, 'active-chunks-per-dimension': 1 },
    ...{ 'preferred-dataset-splits': 1, 'collective-optimization': 'localBWAware', 'local-mem-bw': 1600 },
    'all-reduce-implementation': of('ring', 'ring'),
  };
  writeFileSync(at('network.yml'), JSON.stringify(network));
  writeFileSync(at('system.json'), JSON.stringify(system));
  return [
    ...['run', '--workload-configuration', join(folder, name)],
    ...['--system-configuration', at('system.json'), '--network-configuration', at('network.yml')],
  ];
}

function collective(topology: string, algorithm: string, splits: number, active: number): readonly string[] {
  return [
    ...['collective', '--topology', topology, '--algorithms', algorithm, '--splits', `${splits}`],
    ...['--active-chunks', `${active}`, '-b', '100M', '--network', 'congestion-aware', '--folding', 'off'],
  ];
}

/** Whole commands where nothing folds, beside the reference. */
export const asymmetric: Suite = {
  name: 'asymmetric',
  about:
    'whole commands where nothing folds: CPU time and memory; goals: half of what the reference takes, scaled by an empty node process, and no more memory',
  figures: () => {
    const folder = mkdtempSync(join(tmpdir(), 'astra-sim-ts-bench-'));
    try {
      const empty = measured(['-e', '0']);
      const scale = empty.seconds / EMPTY_SECONDS;
      return [
        { name: 'empty node process', value: 1e9 * empty.seconds, unit: 'ns' },
        { name: 'empty node process, resident', value: empty.bytes, unit: 'B' },
        ...JOBS.flatMap((job) => figures(job, measured([command, ...job.argv(folder)]), scale)),
      ];
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

interface Measured {
  readonly seconds: number;
  readonly bytes: number;
}

function figures({ name, seconds, mebibytes }: Job, taken: Measured, scale: number): Figure[] {
  const scaled = seconds * scale;
  const verdict = (value: number, most: number, text: string) => ({ text: `at most ${text}`, met: value <= most });
  const against = (value: number, reference: number) => ({ name: 'the reference', ratio: value / reference });
  return [
    {
      ...{ name, value: 1e9 * taken.seconds, unit: 'ns', against: against(taken.seconds, scaled) },
      target: verdict(taken.seconds, scaled / 2, `${(500 * scaled).toFixed(0)} ms`),
    },
    {
      ...{ name: `${name}, resident`, value: taken.bytes, unit: 'B', against: against(taken.bytes, mebibytes * MEBI) },
      target: verdict(taken.bytes, mebibytes * MEBI, `${mebibytes} MiB`),
    },
  ];
}

/** Says at its end what a process took. */
const SAY = `data:text/javascript,process.on('exit',()=>{const{user,system}=process.cpuUsage();console.error('took',user+system,process.resourceUsage().maxRSS)})`;

/** CPU time, threads and all, and resident memory of a node process: the least of several runs. */
function measured(argv: readonly string[]): Measured {
  const runs = Array.from({ length: RUNS }, (): Measured => {
    const { status, stderr } = spawnSync(process.execPath, ['--import', SAY, ...argv], { encoding: 'utf8' });
    const [, micros, kibibytes] = /took (\d+) (\d+)/.exec(stderr) ?? [];
    if (status !== 0 || micros === undefined) throw new Error(stderr);
    return { seconds: Number(micros) / 1e6, bytes: 1024 * Number(kibibytes) };
  });
  const least = (key: keyof Measured) => Math.min(...runs.map((run) => run[key]));
  return { seconds: least('seconds'), bytes: least('bytes') };
}
