import { formatBytes } from '../../base/units.js';
import type {
  Calibration,
  DimensionsCalibration,
  NodesCalibration,
  TableCalibration,
} from '../../costs/calibrate/calibration.js';
import type { BandErrors, Errors } from '../../costs/calibrate/errors.js';
import { columns, wrap } from '../table.js';
import { curveText, lawText } from './model-text.js';

const WIDTH = 110;

/** A calibration as text: what it kept, and the errors of everything tried on held-out data. */
export function calibrationLines({ statement, tables, acrossNodes, dimensions = [] }: Calibration): string[] {
  return [
    ...wrap(statement, WIDTH, '# ', '# '),
    '# Errors are median / 90th percentile on held-out data, in percent of the measured time.',
    ...tables.flatMap(tableLines),
    ...acrossNodes.flatMap(lawLines),
    ...dimensions.flatMap(dimensionLines),
  ];
}

function dimensionLines({ source, dimensions, heldOut }: DimensionsCalibration): string[] {
  const short = (value: number) => String(Number(value.toPrecision(4)));
  const parts = dimensions.map(
    ({ kind, npus, bandwidthGBps, latencyNs }) =>
      `${kind}(${npus}, ${short(bandwidthGBps)} GB/s, ${short(latencyNs)} ns)`,
  );
  return ['', `${source}: the simulator, fitted`, `  ${parts.join(' x ')}; errors ${errorText(heldOut)}`];
}

function tableLines({ source, curve, tried }: TableCalibration): string[] {
  const { name, collective, nodes, ranks, sizes, smallestBytes, largestBytes, measured } = source;
  const about = [
    collective ?? 'a collective',
    ...(nodes === undefined ? [] : [counted(nodes, 'node')]),
    ...(ranks === undefined ? [] : [counted(ranks, 'rank')]),
    `${sizes} sizes from ${formatBytes(smallestBytes)} to ${formatBytes(largestBytes)}`,
    measured,
  ];
  const bands = tried[0]?.heldOut.bands ?? [];
  const [names = '', ...lines] = columns(
    [
      ['form', 'all sizes', ...bands.map(bandText)],
      ...tried.map(({ form, heldOut }) => [
        form,
        errorText(heldOut),
        ...bands.map(({ fromBytes }) => errorText(heldOut.bands.find((one) => one.fromBytes === fromBytes))),
      ]),
    ],
    [0],
  );
  return [
    '',
    `# ${name}: ${about.join(', ')}`,
    `#   ${names}`,
    ...lines.map((line, i) => `  ${i === 0 ? '*' : ' '} ${line}`),
    ...wrap(curveText(curve), WIDTH, `  * ${curve.form}: `),
  ];
}

function lawLines({ collective, sources, law, tried }: NodesCalibration): string[] {
  const counts = tried[0]?.heldOut ?? [];
  const [names = '', ...lines] = columns(
    [
      ['law', ...counts.map(({ nodes, fittedOn }) => `${nodes} from ${fittedOn.join(', ')}`)],
      ...tried.map(({ name, heldOut }) => [name, ...heldOut.map(errorText)]),
    ],
    [0],
  );
  return [
    '',
    ...wrap(
      `${collective ?? 'a collective'} on other numbers of nodes, from ${sources.join(', ')}`,
      WIDTH,
      '# ',
      '#   ',
    ),
    ...(tried.length === 0 ? [] : [`#   ${names}`, ...lines.map((line, i) => `  ${i === 0 ? '*' : ' '} ${line}`)]),
    ...wrap(lawText(law), WIDTH, '  * '),
  ];
}

function bandText({ fromBytes, belowBytes }: BandErrors): string {
  if (belowBytes === undefined) return `from ${formatBytes(fromBytes)}`;
  return fromBytes === 0 ? `below ${formatBytes(belowBytes)}` : `to ${formatBytes(belowBytes)}`;
}

function errorText(errors: Errors | undefined): string {
  return errors === undefined ? '-' : `${errors.medianPercent.toFixed(1)} / ${errors.p90Percent.toFixed(1)}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
