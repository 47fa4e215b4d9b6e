import { type Issue, show } from '../base/errors.js';

/** A dimension as written in the shorthand: parts not yet parsed. */
export interface RawDimension {
  readonly kind: string;
  readonly npus: number;
  readonly bandwidth: string;
  readonly latency: string;
}

const EXAMPLE = '"ring(8, 600 GiB/s, 500 ns) x switch(32, 25 GiB/s, 2 us)"';
const DIMENSION = /^([^()]*)\(([^()]*)\)$/;

/** Splits `kind(npus, bandwidth, latency) x …` into its parts; those that are malformed are issues. */
export function readParts(text: string): (RawDimension | Issue)[] {
  const dimensions: (RawDimension | Issue)[] = [];
  for (const [i, part] of text.split(/(?<=\))\s*[x×]\s*/).entries()) {
    const [, kind = '', list = ''] = DIMENSION.exec(part.trim()) ?? [];
    const fields = list.split(',').map((field) => field.trim());
    const [npus = '', bandwidth = '', latency = ''] = fields;
    if (kind.trim() === '' || fields.length !== 3) {
      const path = `[${i}]`;
      dimensions.push({
        path,
        expected: `kind(npus, bandwidth, latency) joined by x, such as ${EXAMPLE}`,
        got: show(part.trim()),
      });
      continue;
    }
    dimensions.push({ kind: kind.trim(), npus: npus === '' ? Number.NaN : Number(npus), bandwidth, latency });
  }
  return dimensions;
}

/** {@link readParts}, or the first thing that is wrong. */
export function readShorthand(text: string): RawDimension[] | Issue {
  const parts = readParts(text);
  return parts.find((part) => 'expected' in part) ?? (parts as RawDimension[]);
}
