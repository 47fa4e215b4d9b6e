import { ConfigError, type Issue, show } from '../base/errors.js';
import { isClusterName, isClusterShorthand, readCluster } from './cluster.js';

/** A dimension as written in the shorthand, with unparsed parts. */
export interface RawDimension {
  readonly kind: string;
  readonly npus: number;
  /** Text or, for a cluster, numbers in base units. */
  readonly bandwidth: string | number;
  readonly latency: string | number;
  /** For circuits. */
  readonly switches?: number;
  readonly reconfiguration?: string;
}

const EXAMPLE = '"ring(8, 600 GiB/s, 500 ns) x switch(32, 25 GiB/s, 2 us)"';
/** The parts in brackets. */
const PARTS = ['npus', 'bandwidth', 'latency'];
/** What each looks like with its unit. */
const PATTERNS = [/^\d+$/, /\//, /s$/];
/** A named part that may follow. */
const NAMED = /^([a-z]+)\s*=\s*(.*)$/i;
const DIMENSION = /^([^()]*)\(([^()]*)\)$/;

/**
 * Splits `kind(npus, bandwidth, latency) x …` into its parts; malformed ones become issues.
 * Named parts may follow: `circuits(8, 50 GB/s, 500 ns, switches = 4, reconfiguration = 10 us)`.
 * The parts of a cluster, such as `dgx-h100 x 32`, are its dimensions.
 */
export function readParts(text: string): readonly (RawDimension | Issue)[] {
  if (isClusterShorthand(text)) return clusterParts(text);
  const dimensions: (RawDimension | Issue)[] = [];
  for (const [i, part] of text.split(/(?<=\))\s*[x×]\s*/).entries()) {
    const [, kind = '', list = ''] = DIMENSION.exec(part.trim()) ?? [];
    const written = list.split(',').map((field) => field.trim());
    const fields = written.filter((field) => !NAMED.test(field));
    const named = written.flatMap((field) => {
      const [, key = '', value = ''] = NAMED.exec(field) ?? [];
      return key === '' ? [] : [[key, key === 'switches' && value !== '' ? Number(value) : value]];
    });
    const [npus = '', bandwidth = '', latency = ''] = fields;
    if (kind.trim() === '' || fields.length !== PARTS.length) {
      const expected = `kind(npus, bandwidth, latency) joined by x, such as ${EXAMPLE}`;
      const hint = kind.trim() === '' ? clusterHint(part.trim()) : lacking(fields);
      dimensions.push({ path: `[${i}]`, expected, got: show(part.trim()), ...(hint === undefined ? {} : { hint }) });
      continue;
    }
    const count = npus === '' ? Number.NaN : Number(npus);
    dimensions.push({ kind: kind.trim(), npus: count, bandwidth, latency, ...Object.fromEntries(named) });
  }
  return dimensions;
}

function clusterParts(text: string): readonly (RawDimension | Issue)[] {
  try {
    return readCluster(text).dimensions;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.issues.map((issue) => ({ ...issue, path: '' }));
  }
}

function clusterHint(name: string): string | undefined {
  return isClusterName(name) ? `a cluster has a number of accelerators: "${name} x 64"` : undefined;
}

/** Says which parts in brackets are missing, or that there are too many. */
function lacking(fields: readonly string[]): string {
  if (fields.length > PARTS.length) return `${fields.length} parts in brackets, where there are ${PARTS.length}`;
  const given = fields.filter((field) => field !== '');
  // Identifies parts by their units if each has one, else by their places.
  const shown = given.map((field) => PATTERNS.findIndex((pattern) => pattern.test(field)));
  const byUnit = new Set(shown).size === given.length && !shown.includes(-1);
  const missing = PARTS.filter((_, i) => (byUnit ? !shown.includes(i) : i >= given.length));
  const list = missing.length === 1 ? missing[0] : `${missing.slice(0, -1).join(', ')} and ${missing.at(-1)}`;
  return `${list} ${missing.length === 1 ? 'is' : 'are'} missing`;
}

/** {@link readParts}, or the first problem. */
export function readShorthand(text: string): RawDimension[] | Issue {
  const parts = readParts(text);
  return parts.find((part) => 'expected' in part) ?? (parts as RawDimension[]);
}
