import { formatBytes } from '../../base/units.js';
import type { CostCurve, LinesCurve } from '../../costs/calibrate/curve.js';
import type { NodesLaw } from '../../costs/calibrate/nodes-law.js';

/** A fitted curve as a formula for the time of a size S. */
export function curveText(curve: CostCurve): string {
  switch (curve.form) {
    case 'line':
      return sum(us(curve.constantUs), perByte(curve.usPerByte));
    case 'root':
      return sum(us(curve.constantUs), perRoot(curve.usPerRootByte), perByte(curve.usPerByte));
    case 'lines':
      return `the least of ${lines(curve).join('; ')}`;
    case 'power': {
      const p = figure(curve.exponent);
      return `((${us(curve.constantUs)})^p + (${perByte(curve.usPerByte) ?? '0 us'})^p)^(1/p), p = ${p}`;
    }
    case 'table': {
      const last = curve.bytes.length - 1;
      const ends = [0, last].map(
        (i) => `${us(curve.timesUs[i] as number)} at ${formatBytes(curve.bytes[i] as number)}`,
      );
      return `${last + 1} measured times, ${ends.join(' to ')}; straight lines between`;
    }
  }
}

/** Distinct lines: equivalent protocols give the same line. */
function lines(curve: LinesCurve): string[] {
  return [...new Set(curve.lines.map((line) => sum(us(line.constantUs), perByte(line.usPerByte))))];
}

/** A law across nodes as a formula for the time of a size S on m nodes. */
export function lawText({ base, shape }: NodesLaw): string {
  const formula =
    base.kind === 'nccl'
      ? sum(
          `${figure(base.latencyFactor)} x NCCL's latency`,
          `${figure(base.bytesFactor)} x its bytes`,
          us(base.constantUs),
        )
      : sum(
          us(base.constantUs),
          base.usPerLevel === 0 ? undefined : `${us(base.usPerLevel)} x log2 m`,
          perRoot(base.usPerRootByte),
          base.usPerRootByteAndLevel === 0 ? undefined : `${perRoot(base.usPerRootByteAndLevel)} x log2 m`,
          perByte(base.usPerByte),
        );
  const counts = shape.map(({ nodes }) => nodes).join(', ');
  return shape.length === 0 ? formula : `(${formula}) x what it misses at that size on ${counts} nodes`;
}

function sum(...terms: readonly (string | undefined)[]): string {
  return terms.filter((term) => term !== undefined).join(' + ');
}

function us(value: number): string {
  return `${figure(value)} us`;
}

function perRoot(usPerRootByte: number): string | undefined {
  return usPerRootByte === 0 ? undefined : `${us(usPerRootByte)} x sqrt(S/B)`;
}

/** 1 GB/s is 1 byte per ns, or 1000 bytes per us. */
function perByte(usPerByte: number): string | undefined {
  return usPerByte === 0 ? undefined : `S / ${figure(1 / usPerByte / 1000)} GB/s`;
}

function figure(value: number): string {
  return String(Number(value.toPrecision(4)));
}
