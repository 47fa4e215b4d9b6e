import * as cluster from '../../src/cluster/index.js';
import { sizedProgram } from '../../src/collectives/index.js';
import * as costs from '../../src/costs/index.js';
import { readMsccl, readTrace, traceOf, writeTrace } from '../../src/formats/index.js';
import { type CollectiveSpec, simulateCollective } from '../../src/index.js';
import { synthesise } from '../../src/synthesis/index.js';
import { edgesOf, gridNetwork } from '../../src/topology/index.js';
import { simulateTraining, trainingTimeline } from '../../src/training/index.js';
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

const training = {
  model: 'megatron-22b',
  cluster: 'dgx-a100',
  plan: { globalBatch: 8, data: 2, microBatch: 1, tensor: 8 },
} as const;

const smallTraining = {
  model: { style: 'gpt', layers: 2, hidden: 8, heads: 2, vocabulary: 8, sequence: 4 },
  cluster: 'dgx-a100 x 2',
  plan: { globalBatch: 2, pipeline: 2 },
} as const;

/** Matrices that take longer to multiply than to read. */
const largeMatrices = {
  model: { style: 'gpt', layers: 1, hidden: 1024, heads: 2, vocabulary: 8, sequence: 1024 },
  cluster: 'dgx-a100 x 2',
  plan: { globalBatch: 2, data: 2 },
} as const;

const publishedStep = {
  ...{ source: 'a paper', heads: 4, hidden: 64, layers: 4, sequence: 16, vocabulary: 64 },
  ...{ tensorParallel: 2, pipelineParallel: 2, dataParallel: 2, interleaving: 1, gpus: 8, globalBatch: 8 },
  ...{ microBatch: null, activationRecomputation: 'full', stepSeconds: 1, peakTflops: 312, model: 'a model' },
  ...{ paramsB: 1, achievedTflopsPerGpu: 100, flopsPerStep: 1e12, modelFlopsPerStep: 1e12, note: 'a note' },
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

const machine = costs.ncclMachine('dgx-a100', { nodes: 2 });
const measured = [2, 4, 8].map((nodes) => ({
  name: `on ${nodes}`,
  collective: 'all-reduce' as const,
  nodes,
  ranks: 8 * nodes,
  gpusPerNode: 8,
  measured: 'out-of-place' as const,
  info: { gpu: 'A100', software: 'NCCL 2.19', inter: '8 x HDR' },
  rows: [8, 1024, 65536, 1048576].map((bytes) => ({ bytes, timeUs: 20 + bytes / 1e4, inPlaceUs: 20 })),
}));
const counts = costs.genModelCounts({ algorithm: 'ring', npus: 4, bytes: 1000 });
const terms = {
  ...{ alphaUs: 1, betaUsPerByte: 1, gammaUsPerByte: 1, deltaUsPerByte: 1, epsilonUsPerByte: 1 },
  incastThreshold: 9,
};

/** A call of each function that works, with every kind of option in it, by name. */
export function goodCalls(): ReadonlyMap<string, readonly unknown[]> {
  const { graphs } = collectiveWorkload({ collective: 'all-reduce', size: 1000 });
  const trace = traceOf(graphs);
  const bytes = writeTrace(trace);
  const { timeline } = simulateCollective({ ...options, collective: 'all-reduce', timeline: true });
  const spans = trainingTimeline(smallTraining);
  const hosts = [0, 1].map(() => ({ gpus: 8, intraBandwidth: 300, nics: 8, nicBandwidth: 50 }));
  const { program } = readMsccl(xml);
  const grid = gridNetwork([{ ...dimension, latency: 500 }]);
  const wires = edgesOf(grid);
  const [found] = synthesise(wires, 'all-gather', { bytes: 1024 });
  // With methods of its own, which a class has on its prototype.
  const methods = ['next', 'start', 'end', 'bandwidth', 'latency', 'group', 'owner', 'port', 'name'] as const;
  const network = { ...grid, ...Object.fromEntries(methods.map((name) => [name, grid[name].bind(grid)])) };
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
    calibrate: [measured, { forms: ['line', 'table'], machine }],
    samplesOf: [measured[0]],
    ncclMachineOf: [measured[0]],
    ncclChoose: [{ collective: 'all-reduce', bytes: 1024, machine, elementBytes: 2, calls: 2 }],
    calibrated: [costs.calibrate(measured, { forms: ['line'], machine })],
    readCalibration: [costs.calibrate(measured, { forms: ['table'] })],
    curveUs: [{ form: 'table', bytes: [10, 20], timesUs: [5, 4] }, 100],
    genModelCounts: [
      { algorithm: 'hierarchical', npus: 4, bytes: 10, collective: 'all-gather', factors: [2, 2], incastThreshold: 1 },
    ],
    genModelUs: [counts, terms],
    fitGenModel: [[{ counts, timeUs: 3 }]],
    readNcclTests: ['# bytes time_us\n8 1.5\n'],
    comparePlacements: [{ free: [8, 8], gpus: 4, maxPlacements: 100 }, (counts: readonly number[]) => counts.length],
    readMsccl: [xml, 'a file', { keepsLinks: true }],
    writeMsccl: [readMsccl(xml).program, { name: 'a', collective: 'all-gather', protocol: 'LL' }],
    toPerfetto: [timeline],
    fitDimensions: [
      [{ ...measured[0], collective: 'all-reduce', ranks: 4 }],
      { topology: 'ring(4, 50 GB/s, 500 ns)', algorithms: 'ring', splits: 2 },
    ],
    sweep: [sweep],
    tune: [{ ...sweep, tune: { minimise: 'timeNs', budget: 4 } }, { best: 3 }],
    chart: [{ mark: 'bar', config: {} }],
    timelineSvg: [timeline, { title: 't', subtitle: 's', width: 100 }],
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
    circuitProgram: [
      'ring',
      4,
      cluster.scheduleCircuits({ ...circuits, steps: cluster.circuitSteps('ring', 4, 1000) }),
    ],
    playCircuits: [circuits, cluster.scheduleCircuits(circuits).plan],
    sizedProgram: [program, 'all-gather', 1000],
    withBlockBytes: [program, 500],
    verify: [sizedProgram(program, 'all-gather', 1000), 'all-gather', { step: String, cell: String }],
    programGraphs: [program, 100],
    checkSchedule: [found?.schedule, wires, 'all-gather'],
    replay: [found?.schedule, wires, { order: 'planned' }],
    toStepProgram: [found?.schedule, 4, 'all-gather', { order: 'planned', ownWays: false }],
    synthesise: [wires, 'all-gather', { bytes: 64, seed: 1, effort: 0.01 }],
    compare: [
      {
        topology: [dimension],
        collective: 'all-reduce',
        sizes: [64],
        algorithms: ['ring'],
        endpointDelay: 10,
        rankBy: 'congestion-aware',
        seed: 1,
        budget: 0.1,
        crossovers: false,
      },
    ],
    edgesOf: [network],
    gridNetwork: [[dimension, { ...dimension, kind: 'switch' }].map((one) => ({ ...one, latency: 500 }))],
    pathLinks: [network, 0, 2],
    bottleneckOf: [simulateTraining(training).breakdown],
    clusterTopology: ['dgx-a100', 16],
    planSpace: [smallTraining],
    readMeasuredSteps: [[publishedStep]],
    validateTraining: [
      [1, 2, 3, 4].map((seconds) => ({ name: 'a step', source: 'a paper', options: largeMatrices, seconds })),
    ],
    trainingTimeline: [smallTraining],
    stepPerfetto: [spans, 1],
    pipelineSvg: [spans, { title: 't', subtitle: 's', width: 100 }],
    scaleChart: [
      [{ npus: 8, stepNs: 1, tokensPerSecond: 2 }],
      [{ npus: 8, stepNs: 1, tokensPerSecond: 2 }],
      { title: 't', width: 300 },
    ],
    frontChart: [[{ stepNs: 1, memoryBytes: 2 }], [{ stepNs: 1, memoryBytes: 2 }], { title: 't', width: 100 }],
    scaleTraining: [{ ...training, cluster: 'dgx-a100' }, [4, 8], { zero: [0, 1] }, { onProgress: () => {} }],
    bestChanges: [training, 2],
    sizedEfficiency: [0.8, 600],
    tuneTraining: [training, { zero: [0, 1], microBatch: [1] }, { shard: { index: 0, of: 1 } }],
    closedFormEvaluator: [{ hosts, jobs: [[4, 4]], bytes: 1e9 }],
    placeGpus: [
      { free: [8, 8], gpus: 4, search: 'exhaustive', maxPlacements: 100 },
      (counts: readonly number[]) => counts.length,
    ],
  };
  return new Map(Object.entries(calls));
}
