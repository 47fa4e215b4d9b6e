import { readTrace } from '../../src/formats/chakra/read-trace.js';
import { writeTrace } from '../../src/formats/chakra/write-trace.js';
import { type Trace, type TraceNode, workloadFromAstraSim } from '../../src/formats/index.js';
import {
  simulateWorkload,
  transformerWorkload,
  type WorkGraph,
  type WorkloadSpec,
  type WorkNode,
} from '../../src/workload/index.js';
import type { Case, Suite } from '../suite.js';

const SYSTEM = {
  'endpoint-delay': 10,
  'preferred-dataset-splits': 4,
  'active-chunks-per-dimension': 1,
  'collective-optimization': 'localBWAware',
  'local-mem-bw': 1600,
};

/** Layers of computation, each followed by an all-reduce; `skew` makes them last differently. */
function layers(count: number, skew: number): Trace {
  const nodes: TraceNode[] = [];
  for (let layer = 0; layer < count; layer++) {
    const id = 2 * layer;
    const base = { name: `layer ${layer}`, durationMicros: 50 + skew };
    nodes.push({
      ...base,
      id,
      kind: 'compute',
      dependsOn: layer === 0 ? [] : [id - 2],
      attributes: new Map([['is_cpu_op', false]]),
    });
    const attributes = new Map<string, number | boolean>([
      ['is_cpu_op', false],
      ['comm_type', 0],
      ['comm_size', 4 * 2 ** 20],
    ]);
    nodes.push({ ...base, id: id + 1, kind: 'collective', dependsOn: [id], attributes });
  }
  return { version: '0.0.4', nodes };
}

function network(npus: number) {
  return { topology: ['Ring', 'Switch'], npus_count: [8, npus / 8], bandwidth: [600, 50], latency: [500, 2000] };
}

const TRANSFORMER = { layers: 32, hidden: 4096, sequence: 2048, tensorParallel: 8, flops: 1e14 };

/** Pipelines of 16 stages of 8 NPUs: 1F1B, six layers in each; as many pipelines side by side as asked for. */
function pipelines(data: number): WorkloadSpec {
  const [tensor, stages, microBatches] = [8, 16, 64];
  const graphOf = (stage: number): WorkGraph => {
    const nodes: WorkNode[] = [];
    let last: readonly number[] = [];
    const chain = (node: object) => {
      last = [nodes.push({ id: nodes.length, name: 'node', dependsOn: last, ns: 1, ...node } as WorkNode) - 1];
    };
    const transfer = (kind: 'send' | 'receive', step: number, tag: number) => {
      if (stage + step < 0 || stage + step >= stages) return;
      chain({ kind, peer: { stride: tensor, size: stages, step }, bytes: 3e6, tag });
    };
    const pass = (microBatch: number, back: boolean) => {
      const tag = 2 * microBatch + (back ? 1 : 0);
      transfer('receive', back ? 1 : -1, tag);
      for (let block = 0; block < 12; block++) {
        chain({ kind: 'compute', ns: back ? 1_000_000 : 500_000 });
        chain({ kind: 'collective', collective: 'all-reduce', bytes: 25e6, group: 'tensor' });
      }
      transfer('send', back ? -1 : 1, tag);
    };
    const ahead = stages - 1 - stage;
    for (let k = 0; k < microBatches + ahead; k++) {
      if (k < microBatches) pass(k, false);
      if (k >= ahead) pass(k - ahead, true);
    }
    chain({ kind: 'collective', collective: 'all-reduce', bytes: 1e9, group: 'data' });
    return { nodes };
  };
  const graphs = Array.from({ length: stages }, (_, stage) => graphOf(stage));
  const npus = tensor * stages * data;
  return {
    topology: `switch(8, 300 GB/s, 500 ns) x switch(${npus / 8}, 50 GB/s, 2 us)`,
    graphs: Array.from({ length: npus }, (_, npu) => graphs[Math.floor(npu / tensor) % stages] as WorkGraph),
    groups: { tensor: [{ stride: 1, size: tensor }], data: [{ stride: tensor * stages, size: data }] },
  };
}

/** Reading traces, and running them on more and more NPUs, alike and not. */
export const workload: Suite = {
  name: 'workload',
  about:
    'traces of 2,000 nodes read; 50 layers on NPUs that are all alike (folded), or all different; steps of transformers',
  samples: 5,
  cases: () => {
    const bytes = writeTrace(layers(1000, 0));
    const cases: Case[] = [
      { name: 'read a trace', run: () => readTrace(bytes), work: { amount: bytes.length, unit: 'bytes' } },
    ];
    const alike = layers(50, 0);
    for (const npus of [16, 256, 4096]) {
      const traces = Array.from({ length: npus }, () => alike);
      const run = () => simulateWorkload(workloadFromAstraSim({ network: network(npus), system: SYSTEM, traces }));
      cases.push({ name: `alike, ${npus} NPUs`, run, ...(npus === 16 ? {} : { against: 'alike, 16 NPUs' }) });
    }
    for (const npus of [16, 64, 256]) {
      const traces = Array.from({ length: npus }, (_, npu) => layers(50, npu % 7));
      const run = () => simulateWorkload(workloadFromAstraSim({ network: network(npus), system: SYSTEM, traces }));
      cases.push({ name: `different, ${npus} NPUs`, run });
    }
    for (const data of [8, 64]) {
      const options = { ...TRANSFORMER, globalBatch: 32 * data, dataParallel: data };
      const { graphs, groups } = transformerWorkload(options);
      const topology = `switch(8, 300 GB/s, 500 ns) x switch(${data}, 50 GB/s, 2 us)`;
      const name = `transformer of 32 layers, tensor 8 x data ${data}`;
      const run = () => simulateWorkload({ topology, graphs, groups });
      cases.push({ name, run, ...(data === 8 ? {} : { against: 'transformer of 32 layers, tensor 8 x data 8' }) });
    }
    // Two micro-batches of 32: the whole step takes 15 s with every NPU.
    const short = transformerWorkload({ ...TRANSFORMER, globalBatch: 16, dataParallel: 8 });
    const grid = { topology: 'switch(8, 300 GB/s, 500 ns) x switch(8, 50 GB/s, 2 us)', ...short };
    const folded = 'two micro-batches of it, tensor 8 x data 8';
    cases.push({ name: folded, run: () => simulateWorkload(grid) });
    cases.push({
      name: 'the same, every NPU simulated',
      run: () => simulateWorkload({ ...grid, folding: 'off' }),
      against: folded,
    });
    for (const data of [8, 512]) {
      const spec = pipelines(data);
      const name = `8 x 16 x ${data} NPUs: 16 stages, 64 micro-batches`;
      const run = () => simulateWorkload(spec);
      cases.push({ name, run, ...(data === 8 ? {} : { against: '8 x 16 x 8 NPUs: 16 stages, 64 micro-batches' }) });
    }
    return cases;
  },
};
