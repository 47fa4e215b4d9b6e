import * as cluster from '../../src/cluster/index.js';
import { readMsccl, readTrace, traceOf, writeTrace } from '../../src/formats/index.js';
import { type CollectiveSpec, simulateCollective } from '../../src/index.js';
import { collectiveWorkload } from '../../src/workload/index.js';

const dimension = { kind: 'ring', npus: 4, bandwidth: 50, latency: '500 ns' } as const;
const options = {
  topology: [dimension],
  size: 1024,
  algorithms: ['direct'],
  involvedDimensions: [true],
  startTimes: [0, 0, 1, 0],
  splits: 2,
  activeChunks: 2,
  queuesPerDimension: 1,
  endpointDelay: 10,
  localMemoryBandwidth: 'unlimited',
  warnings: [{ code: 'inflated-bytes', message: 'm', data: { bytes: 1 } }],
  maxEvents: 1e6,
} as const satisfies Omit<CollectiveSpec, 'collective'>;

const xml =
  '<algo name="a" coll="allgather" nchunksperloop="2" ngpus="2" inplace="1"><gpu id="0" i_chunks="0" o_chunks="2" s_chunks="0">' +
  '<tb id="0" send="1" recv="1" chan="0"><step s="0" type="s" srcbuf="o" srcoff="0" dstbuf="o" dstoff="0" cnt="1" depid="-1" deps="-1" hasdep="0"/>' +
  '<step s="1" type="r" srcbuf="o" srcoff="1" dstbuf="o" dstoff="1" cnt="1" depid="-1" deps="-1" hasdep="0"/></tb></gpu>' +
  '<gpu id="1" i_chunks="0" o_chunks="2" s_chunks="0"><tb id="0" send="0" recv="0" chan="0"><step s="0" type="s" srcbuf="o" srcoff="1" dstbuf="o" dstoff="1" cnt="1" depid="-1" deps="-1" hasdep="0"/>' +
  '<step s="1" type="r" srcbuf="o" srcoff="0" dstbuf="o" dstoff="0" cnt="1" depid="-1" deps="-1" hasdep="0"/></tb></gpu></algo>';

const files = {
  network: { topology: ['Ring'], npus_count: [4], bandwidth: [50], latency: [500] },
  system: { 'scheduling-policy': 'LIFO', 'all-reduce-implementation': ['ring'], 'preferred-dataset-splits': 2 },
};

const sweep = {
  base: { collective: 'all-reduce', topology: 'ring(4, 50 GB/s, 500 ns)', size: 1024 },
  axes: { splits: [1, 2], activeChunks: { from: 1, to: 2 } },
  where: 'splits >= activeChunks',
};

const bandwidth = {
  collectives: [{ collective: 'all-reduce', bytes: 1e9, sizes: [4, 2], count: 2 }],
  dimensions: [
    { npus: 4, price: 1, atLeast: 1, atMost: 500 },
    { npus: 2, price: 2 },
  ],
  total: 600,
  objective: 'time',
} as const;

const circuits = {
  steps: [
    { bytes: 1000, circuit: 1 },
    { bytes: 500, circuit: 2 },
  ],
  switches: 2,
  bandwidth: 50,
  latency: 10,
  reconfiguration: 100,
} as const;

/** A call of each function that works, with every kind of option in it, by name. */
export function goodCalls(): ReadonlyMap<string, readonly unknown[]> {
  const { graphs } = collectiveWorkload({ collective: 'all-reduce', size: 1000 });
  const trace = traceOf(graphs);
  const bytes = writeTrace(trace);
  const { timeline } = simulateCollective({ ...options, collective: 'all-reduce', timeline: true });
  const hosts = [0, 1].map(() => ({ gpus: 8, intraBandwidth: 300, nics: 8, nicBandwidth: 50 }));
  const calls: Record<string, readonly unknown[]> = {
    simulateCollective: [{ ...options, collective: 'all-reduce' }],
    simulateCollectiveAsync: [{ ...options, collective: 'all-reduce' }],
    explainCollective: [{ ...options, collective: 'all-reduce' }],
    explainCollectiveAsync: [{ ...options, collective: 'all-reduce' }],
    simulateAllReduce: [options],
    simulateAllGather: [options],
    simulateAllToAll: [options],
    simulateReduceScatter: [options],
    networkBound: [{ collective: 'all-reduce', topology: [dimension], size: 1024 }],
    parseQuantity: ['bytes', '1 MiB'],
    formatBytes: [1024],
    simulateWorkload: [{ topology: [dimension], graphs: [graphs, graphs, graphs, graphs], groups: { a: [0, 1] } }],
    simulateWorkloadAsync: [{ topology: [dimension], graphs }],
    collectiveWorkload: [{ collective: 'all-reduce', size: 1000, involvedDimensions: [true] }],
    transformerWorkload: [{ layers: 2, hidden: 8, sequence: 4, globalBatch: 4, dataParallel: 2, tensorParallel: 2 }],
    checkGraph: [graphs, 'a file'],
    fromAstraSim: [{ ...files, collective: 'all-reduce', bytes: 1000, queuesPerDim: 1, involvedDim: [true] }],
    workloadFromAstraSim: [{ ...files, traces: [bytes, bytes, bytes, bytes], commGroups: { 1: [0, 1] } }],
    readTrace: [bytes, 'a file'],
    readTraceNodes: [bytes, 'a file'],
    writeTrace: [trace],
    traceOf: [graphs],
    workGraphOf: [readTrace(bytes), { file: 'a file' }],
    readMsccl: [xml, 'a file'],
    writeMsccl: [readMsccl(xml).program, { name: 'a', collective: 'all-gather', protocol: 'LL' }],
    toPerfetto: [timeline],
    sweep: [sweep],
    tune: [{ ...sweep, tune: { minimise: 'timeNs', budget: 4 } }, { best: 3 }],
    chart: [{ mark: 'bar', config: {} }],
    ganttChart: [timeline, { title: 't', subtitle: 's', width: 100 }],
    utilisationChart: [timeline, { title: 't', subtitle: 's', width: 100 }],
    renderSvg: [{ $schema: 'https://vega.github.io/schema/vega-lite/v6.json', mark: 'bar', data: { values: [] } }, 'a'],
    allocateBandwidth: [bandwidth],
    communicationTime: [bandwidth, [400, 200]],
    timePriceFront: [{ ...bandwidth, objective: undefined }, 2],
    dimensionPrice: [{ kind: 'switch', npus: 8, link: 1, nic: 1, switch: 1 }],
    bytesPerDimension: ['all-reduce', 1000, [4, 2]],
    circuitSteps: ['ring', 4, 1000],
    scheduleCircuits: [{ ...circuits, search: 'exact', lookAhead: 2, maxNodes: 1000 }],
    playCircuits: [circuits, cluster.scheduleCircuits(circuits).plan],
    closedFormEvaluator: [{ hosts, jobs: [[4, 4]], bytes: 1e9 }],
    placeGpus: [
      { free: [8, 8], gpus: 4, search: 'exhaustive', maxPlacements: 100 },
      (counts: readonly number[]) => counts.length,
    ],
  };
  return new Map(Object.entries(calls));
}
