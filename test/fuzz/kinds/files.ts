import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { dump } from 'js-yaml';
import { parseConfig } from '../../../src/cli/config-file.js';
import { fromAstraSim, readMsccl, readTrace, traceOf, workGraphOf, writeTrace } from '../../../src/formats/index.js';
import { simulateCollective } from '../../../src/index.js';
import { sweep } from '../../../src/sweep/index.js';
import { collectiveWorkload, simulateWorkload, transformerWorkload } from '../../../src/workload/index.js';
import { goodCalls } from '../../support/good-calls.js';
import { HOSTILE, withPart } from '../../support/hostile.js';
import type { Kind } from '../kind.js';
import { law } from '../law.js';
import { damaged } from '../mutations.js';
import { answer } from '../outcome.js';

const { graphs } = collectiveWorkload({ collective: 'all-reduce', size: 100_000 });
const step = transformerWorkload({ layers: 2, hidden: 8, sequence: 4, globalBatch: 2, dataParallel: 2 });
const traces = [graphs, ...step.graphs].map((graph) => writeTrace(traceOf(graph)));
const packed = [...traces, ...traces.map((bytes) => gzipSync(bytes))];

const NETWORK = { topology: ['Ring', 'Switch'], npus_count: [4, 2], bandwidth: [50, 25.5], latency: [500, 0] };
const SYSTEM = {
  'scheduling-policy': 'LIFO',
  'endpoint-delay': 10,
  'active-chunks-per-dimension': 2,
  'preferred-dataset-splits': 4,
  'all-reduce-implementation': ['ring', 'direct'],
  'collective-optimization': 'localBWAware',
  'local-mem-bw': 1600,
};
const SPACE = {
  base: { collective: 'all-reduce', topology: 'ring(4, 100 GB/s, 1 us)', size: '1 MiB' },
  axes: { splits: [1, 2, 4], 'topology[0].npus': { from: 2, to: 6 } },
  where: 'splits * 2 <= topology[0].npus',
};
const texts = (values: readonly object[]) =>
  values.flatMap((value) => [Buffer.from(dump(value)), Buffer.from(JSON.stringify(value))]);
const [xml] = goodCalls().get('readMsccl') as [string];

const calls = [...goodCalls()].filter(([name]) => !['renderSvg', 'chart', 'closedFormEvaluator'].includes(name));
const doors = await Promise.all([
  import('../../../src/index.js'),
  import('../../../src/workload/index.js'),
  import('../../../src/training/index.js'),
  import('../../../src/collectives/index.js'),
  import('../../../src/costs/index.js'),
  import('../../../src/synthesis/index.js'),
  import('../../../src/topology/index.js'),
  import('../../../src/formats/index.js'),
  import('../../../src/cluster/index.js'),
  import('../../../src/charts/index.js'),
  import('../../../src/sweep/index.js'),
]);
const functionOf = (name: string) =>
  doors.map((door) => (door as Record<string, unknown>)[name]).find((one) => typeof one === 'function') as (
    ...args: readonly unknown[]
  ) => unknown;

const hostileCalls = fc.tuple(fc.constantFrom(...calls), fc.constantFrom(...HOSTILE), fc.nat());

export const fileKinds: readonly Kind[] = [
  law('files: damaged traces', 150, damaged(packed), async (bytes) => {
    await answer(() => {
      const { graph } = workGraphOf(readTrace(bytes, 'x.et'));
      return simulateWorkload({ topology: 'ring(2, 50 GB/s, 500 ns)', graphs: graph, maxEvents: 20_000 });
    });
  }),
  law('files: damaged networks', 100, damaged(texts([NETWORK])), async (bytes) => {
    await answer(() => {
      const { value } = parseConfig(Buffer.from(bytes).toString(), 'network.yml');
      const spec = fromAstraSim({ network: value, system: SYSTEM, collective: 'all-reduce', bytes: 1000 });
      return simulateCollective({ ...spec, maxEvents: 20_000 });
    });
  }),
  law('files: damaged system files', 100, damaged(texts([SYSTEM])), async (bytes) => {
    await answer(() => {
      const { value } = parseConfig(Buffer.from(bytes).toString(), 'system.json');
      const spec = fromAstraSim({ network: NETWORK, system: value, collective: 'all-reduce', bytes: 1000 });
      return simulateCollective({ ...spec, maxEvents: 20_000 });
    });
  }),
  law('files: damaged algorithms', 150, damaged([Buffer.from(xml)]), async (bytes) => {
    await answer(() => readMsccl(Buffer.from(bytes).toString(), 'x.xml'));
  }),
  law('files: damaged sweeps', 60, damaged(texts([SPACE])), async (bytes) => {
    await answer(async () => {
      const { value } = parseConfig(Buffer.from(bytes).toString(), 'space.yml');
      const { point, columns } = sweep(value as never);
      return [columns, point(0)];
    });
  }),
  law('calls: a part that is anything', 150, hostileCalls, async ([[name, args], [, value], pick]) => {
    const changed = [...withPart(args, value)];
    const [, chosen] = changed[pick % changed.length] as readonly [string, unknown];
    if (Array.isArray(chosen)) await answer(() => functionOf(name)(...chosen));
  }),
];
