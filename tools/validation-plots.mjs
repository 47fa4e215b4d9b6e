// A picture per family of machines for docs/validation.md: measured times, and models to which nothing or one line was fitted.
import { chart, PALETTE, renderSvg } from '../dist/charts/index.js';
import {
  calibrate,
  curveUs,
  NCCL_COLLECTIVES,
  ncclChoose,
  ncclMachineOf,
  ncclTuning,
  samplesOf,
} from '../dist/costs/index.js';

const MEASURED = 'measured';
const MODELS = ['simulator, data sheets', 'NCCL, nothing fitted', 'a + S/B, fitted to all sizes'];

/** 8 B to 1 GiB, in steps of 512. */
const TICKS = [0, 1, 2, 3].map((i) => 8 * 512 ** i);
const LABEL =
  "datum.value >= pow(2, 30) ? datum.value / pow(2, 30) + ' GiB' : datum.value >= pow(2, 20) ? " +
  "datum.value / pow(2, 20) + ' MiB' : datum.value >= 1024 ? datum.value / 1024 + ' KiB' : datum.value + ' B'";

/** Families, and which tables are theirs. */
export const FAMILIES = [
  { file: 'validation-a100', title: 'All-reduce on A100', has: /^(abci-)?a100-.*allreduce$|^aws-p4d/ },
  { file: 'validation-v100', title: 'All-reduce on V100', has: /^abci-v100-.*allreduce$/ },
  { file: 'validation-h100-b200', title: 'H100 and B200', has: /^(h100|aws-p5|gcp|lambda)-/ },
  { file: 'validation-mi300x', title: 'All-reduce on MI300X', has: /^mi300x-\dn-allreduce$/ },
];

export function familyPicture({ file, title, has }, { validation, simulated }) {
  const values = validation.tables
    .filter(({ table }) => has.test(table.name))
    .flatMap((one) => rowsOf(one.table, simulated));
  const size = { field: 'bytes', type: 'quantitative', scale: { type: 'log', base: 2 }, title: 'size' };
  const encoding = {
    x: { ...size, axis: { values: TICKS, labelExpr: LABEL, grid: false } },
    y: {
      field: 'us',
      type: 'quantitative',
      scale: { type: 'log' },
      title: 'time (us)',
      axis: { values: [1, 10, 100, 1e3, 1e4, 1e5, 1e6], format: '~s' },
    },
    color: {
      field: 'model',
      type: 'nominal',
      scale: { domain: [MEASURED, ...MODELS], range: ['#000000', ...PALETTE.slice(0, 3)] },
      title: null,
      legend: { orient: 'top' },
    },
  };
  const spec = chart({
    title: { text: title, subtitle: 'both axes logarithmic' },
    data: { values },
    facet: { field: 'table', type: 'nominal', title: null },
    columns: 3,
    spec: {
      width: 230,
      height: 150,
      layer: [
        {
          transform: [{ filter: `datum.model !== '${MEASURED}'` }],
          mark: { type: 'line', strokeWidth: 1.5 },
          encoding,
        },
        {
          transform: [{ filter: `datum.model === '${MEASURED}'` }],
          mark: { type: 'point', filled: true, size: 22 },
          encoding,
        },
      ],
    },
  });
  return renderSvg(spec, `${file}-`);
}

function rowsOf(table, simulated) {
  const samples = samplesOf(table);
  const [{ curve }] = calibrate([table], { forms: ['line'] }).tables;
  const models = [
    [MODELS[0], simulated.get(table.name)?.compared.map(([bytes, us]) => [bytes, us])],
    [MODELS[1], ncclOf(table, samples)],
    [MODELS[2], samples.bytes.map((bytes) => [bytes, curveUs(curve, bytes)])],
    [MEASURED, samples.bytes.map((bytes, i) => [bytes, samples.timesUs[i]])],
  ];
  return models.flatMap(([model, points = []]) =>
    points.map(([bytes, us]) => ({ table: table.name, model, bytes, us: Number(us.toPrecision(5)) })),
  );
}

function ncclOf(table, { bytes }) {
  const machine = ncclMachineOf(table);
  if (machine === undefined || !NCCL_COLLECTIVES.includes(table.collective)) return undefined;
  const tuning = ncclTuning(machine);
  return bytes.map((size) => [size, ncclChoose({ collective: table.collective, bytes: size, machine: tuning }).timeUs]);
}
