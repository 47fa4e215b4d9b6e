import { readTrace } from '../../src/formats/chakra/read-trace.js';
import { writeTrace } from '../../src/formats/chakra/write-trace.js';
import { type Trace, type TraceNode, workloadFromAstraSim } from '../../src/formats/index.js';
import { simulateWorkload } from '../../src/workload/index.js';
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

/** Reading traces, and running them on more and more NPUs, alike and not. */
export const workload: Suite = {
  name: 'workload',
  about: 'traces of 2,000 nodes read; 50 layers on NPUs that are all alike (folded), or all different',
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
    return cases;
  },
};
