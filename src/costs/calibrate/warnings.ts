import type { NodesCalibration, TableCalibration } from './calibration.js';

/** Warns of models with a larger median error, in percent. */
const POOR_PERCENT = 20;

export function warningsOf(tables: readonly TableCalibration[], laws: readonly NodesCalibration[]): string[] {
  return [...tables.flatMap(warnTable), ...laws.flatMap(warnLaw)];
}

function warnTable({ source, curve, heldOut }: TableCalibration): string[] {
  const who = `${source.name}: form "${curve.form}" errs by`;
  const overall =
    heldOut.medianPercent > POOR_PERCENT
      ? [`${who} ${round(heldOut.medianPercent)} % at the median of unseen sizes`]
      : [];
  const bands = heldOut.bands
    .filter(({ medianPercent }) => medianPercent > POOR_PERCENT)
    .map(({ fromBytes, belowBytes, medianPercent }) => {
      const until = belowBytes === undefined ? 'on' : `to ${belowBytes}`;
      return `${who} ${round(medianPercent)} % at the median of unseen sizes from ${fromBytes} bytes ${until}`;
    });
  return [...overall, ...bands];
}

function warnLaw({ collective, law, heldOut }: NodesCalibration): string[] {
  const what = collective ?? 'the collective';
  if (heldOut.length === 0) {
    const nodes = law.shape.map((one) => one.nodes).join();
    return [`${what}: measured on ${nodes} nodes only, so nothing says how it errs on other numbers of nodes`];
  }
  return heldOut
    .filter(({ medianPercent }) => medianPercent > POOR_PERCENT)
    .map(({ nodes, fittedOn, medianPercent }) => {
      const from = fittedOn.join(', ');
      return `${what}: predicted for ${nodes} nodes from ${from} it errs by ${round(medianPercent)} % at the median`;
    });
}

function round(percent: number): number {
  return Math.round(percent);
}
