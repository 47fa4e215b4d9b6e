// Everything that docs/validation.md says in numbers: the models of the package against data/measurements.
import { readdirSync, readFileSync } from 'node:fs';
import { calibrate, calibrated, ncclMachineOf, samplesOf, validate } from '../dist/costs/index.js';
import { readNcclTests } from '../dist/formats/index.js';
import { simulateCollective } from '../dist/index.js';

/** Where errors differ in kind: small, middle and large sizes. */
export const BANDS = [
  ['below 32 KiB', 0, 2 ** 15],
  ['32 KiB to 32 MiB', 2 ** 15, 2 ** 25],
  ['from 32 MiB', 2 ** 25, Number.POSITIVE_INFINITY],
];

/** From here on one run of the A100 series is slower than its network explains. */
export const SLOW_FROM = 2 ** 23;

export function validationData(folder) {
  const files = readdirSync(folder).filter((name) => name.endsWith('.txt'));
  const tables = files.sort().flatMap((name) => readNcclTests(readFileSync(`${folder}${name}`, 'utf8')).tables);
  const validation = validate(tables);
  const simulated = new Map(validation.tables.map(({ table }) => [table.name, simulatedErrors(table)]));
  return { tables, validation, simulated, goals: goalsOf(tables) };
}

export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const low = sorted[Math.floor(place)] ?? Number.NaN;
  return low + (place % 1) * ((sorted[Math.floor(place) + 1] ?? low) - low);
}

/** Median and 90th percentile of [bytes, predicted, measured], in all and by band. */
function summary(compared) {
  const errors = (rows) => {
    const percent = rows.map(([, predicted, measured]) => 100 * Math.abs(predicted / measured - 1));
    return { medianPercent: quantile(percent, 0.5), p90Percent: quantile(percent, 0.9), count: rows.length };
  };
  const bands = BANDS.flatMap(([, fromBytes, end]) => {
    const inside = compared.filter(([bytes]) => bytes >= fromBytes && bytes < end);
    return inside.length === 0 ? [] : [{ fromBytes, ...errors(inside) }];
  });
  return { ...errors(compared), bands };
}

/** How far predictions lie above (or below 0: under) the measured times, at the median. */
function bias(compared) {
  return quantile(
    compared.map(([, predicted, measured]) => 100 * (predicted / measured - 1)),
    0.5,
  );
}

/** GB/s that a GPU sends inside its node, by data sheet. */
const SWITCHED = [
  [/\bA100\b/, 300],
  [/\bH100\b/, 450],
  [/\bB200\b/, 900],
];
const RATES = { EDR: 100, HDR: 200, NDR: 400 };

/** The network by its data sheets, where the description of the table is enough; no data sheet has a latency. */
export function topologyOf({ nodes = 1, gpusPerNode, info }) {
  const { gpu = '', intra = '', inter = '', algorithm = '', software = '' } = info;
  const ranByItself = /^automatic$|^NCCL_ALGO=RING$/.test(algorithm) && /CCL/.test(software) && !/SHARP/.test(inter);
  if (!ranByItself || gpusPerNode === undefined) return undefined;
  const [, switched] = SWITCHED.find(([name]) => name.test(gpu)) ?? [];
  const inside = /^NVSwitch/.test(intra)
    ? switched && `switch(${gpusPerNode}, ${switched} GB/s, 500 ns)`
    : /^4 GPUs, 6 NVLink2 per GPU, fully connected/.test(intra)
      ? 'fully-connected(4, 50 GB/s, 500 ns)'
      : /^xGMI all-to-all/.test(intra)
        ? `fully-connected(${gpusPerNode}, 64 GB/s, 500 ns)`
        : undefined;
  if (inside === undefined || nodes === 1) return inside;
  const adapters = Number(/^(\d+) x /.exec(inter)?.[1]);
  const gbits = Number(/(\d+) Gb\/s/.exec(inter)?.[1] ?? RATES[/\b([EHN]DR)\b/.exec(inter)?.[1]]);
  if (!(adapters > 0 && gbits > 0)) return undefined;
  // A GPU's share of its node's adapters.
  return `${inside} x switch(${nodes}, ${(adapters * gbits) / gpusPerNode} Gbit/s, 2 us)`;
}

/** The simulator with nothing fitted: ring over switches, direct where all are linked with all, all else as by default. */
function simulatedErrors(table) {
  const topology = topologyOf(table);
  const gathers = table.collective === 'all-gather';
  if (topology === undefined || !(gathers || table.collective === 'all-reduce')) return undefined;
  const algorithms = topology.split(' x ').map((dimension) => (dimension.startsWith('switch') ? 'ring' : 'direct'));
  const { bytes, timesUs } = samplesOf(table);
  const compared = bytes.flatMap((total, i) => {
    const size = gathers ? Math.floor(total / table.ranks) : total;
    // Four chunks of a byte per rank are the least that it cuts data into.
    if (total < 4 * table.ranks || size < 4) return [];
    const { timeNs } = simulateCollective({ collective: table.collective, topology, algorithms, size });
    return [[total, timeNs / 1000, timesUs[i]]];
  });
  const bands = BANDS.map(([, from, end]) => bias(compared.filter(([size]) => size >= from && size < end)));
  return { ...summary(compared), compared, topology, bias: bands };
}

/** A number of nodes by the law that `calibrate` keeps when it has not seen it. */
export function extrapolated(tables, machine, seen, nodes, below = Number.POSITIVE_INFINITY) {
  const on = (count) => tables.find(({ name }) => name === `abci-${machine}-${count}n-allreduce`);
  const cut = (table) => ({ ...table, rows: table.rows.filter(({ bytes }) => bytes < below) });
  const calibration = calibrate(seen.map(on).map(cut), { machine: ncclMachineOf(on(seen[0])) });
  const predict = calibrated(calibration);
  const { bytes, timesUs } = samplesOf(cut(on(nodes)));
  const call = { collective: 'all-reduce', nodes };
  const compared = bytes.map((size, i) => [size, predict({ ...call, bytes: size }).timeUs, timesUs[i]]);
  const [{ law }] = calibration.acrossNodes;
  return {
    seen,
    nodes,
    law: law.shape.length === 0 ? law.base.kind : `${law.base.kind}, shaped`,
    compared,
    ...summary(compared),
  };
}

/** A100 on more nodes. */
function goalsOf(tables) {
  const extrapolate = (...rest) => extrapolated(tables, 'a100', ...rest);
  const cases = [
    [[2, 4], 8],
    [[2], 4],
    [[2], 8],
  ];
  return cases.map((one) => ({ all: extrapolate(...one), small: extrapolate(...one, SLOW_FROM) }));
}
