/** Kind of a column, as far as reading a row needs it. */
export type ColumnKind = 'size' | 'time' | 'whole' | 'number' | 'word' | 'any';

export interface Columns {
  readonly kinds: readonly ColumnKind[];
  readonly size: number;
  readonly time: number;
  readonly inPlace: number | undefined;
  /** Columns of type, operation and root: rows that differ in them belong to different tables. */
  readonly groups: readonly number[];
  /** Words before the header, such as the label of a launcher. */
  readonly prefix: number;
}

const KINDS: Readonly<Record<string, ColumnKind>> = {
  size: 'size',
  bytes: 'size',
  'size(b)': 'size',
  size_bytes: 'size',
  count: 'whole',
  n: 'whole',
  root: 'whole',
  type: 'word',
  redop: 'word',
  op: 'word',
  time: 'time',
  cputime: 'time',
  'time(us)': 'time',
  time_us: 'time',
  'latency(us)': 'time',
  'avg-latency(us)': 'time',
  time_us_out_of_place: 'time',
  time_us_in_place: 'time',
  timestamp: 'any',
};
/** Ignored columns of all layouts. */
const PASSED =
  /^(algbw|busbw|alg_bw|bus_bw|error|wrong|res|bitdiff|iterations|i_(min|max|p99|cv%)|(min|max)-latency\(us\)|p\d+|(alg|bus)bw_.*)$/;
const GROUPED: readonly string[] = ['type', 'redop', 'op', 'root'];

/** Reads a line as the header of a table; undefined if it has no size or no time. */
export function readHeader(line: string): Columns | undefined {
  if (!/time|latency/i.test(line) || !/size|bytes/i.test(line)) return undefined;
  // OSU's column names have several words.
  const joined = line
    .toLowerCase()
    .replace(/\b(avg|min|max) {1,40}latency ?\(us\)/g, '$1-latency(us)')
    .replace(/\b(p\d+) {1,4}tail {1,4}lat ?\(us\)/g, '$1');
  const words = joined
    .replace('columns:', ' ')
    .replaceAll('#', ' # ')
    .split(/\s+/)
    .filter((word) => word !== '');
  const first = words.findIndex((word) => KINDS[word] === 'size' || KINDS[word] === 'time');
  if (first < 0) return undefined;
  const names = words.slice(first).filter((word) => word !== '#');
  // Prose that mentions sizes and times must not end a table.
  const isNamed = joined.includes('columns:') || names.every((name) => name in KINDS || PASSED.test(name));
  const kinds = names.map((name) => KINDS[name] ?? 'number');
  const size = kinds.indexOf('size');
  const time = kinds.indexOf('time');
  if (!isNamed || size < 0 || time < 0 || kinds.length > MOST_COLUMNS) return undefined;
  const second = kinds.indexOf('time', time + 1);
  return {
    kinds,
    size,
    time,
    inPlace: second < 0 ? undefined : second,
    groups: names.flatMap((name, i) => (GROUPED.includes(name) ? [i] : [])),
    prefix: words.slice(0, first).filter((word) => word !== '#').length,
  };
}

/** More columns than any benchmark prints. */
const MOST_COLUMNS = 40;
/** Most words that a launcher or a log collector may put before a row. */
const MOST_PREFIX = 8;

/** Where the columns of a row start among its words; 'short' for a truncated row, undefined for no row. */
export function startOfRow({ kinds, prefix }: Columns, words: readonly string[]): number | 'short' | undefined {
  for (let start = 0; start <= Math.min(words.length - kinds.length, MOST_PREFIX); start++) {
    if (matches(kinds, words, start)) return start;
  }
  const isShort = words.length - prefix >= 2 && words.length - prefix < kinds.length;
  return isShort && matches(kinds, words, prefix) ? 'short' : undefined;
}

function matches(kinds: readonly ColumnKind[], words: readonly string[], start: number): boolean {
  for (let i = 0; i < kinds.length && start + i < words.length; i++) {
    if (!fits(kinds[i] as ColumnKind, words[start + i] as string)) return false;
  }
  return true;
}

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
const NOT_NUMBERS: readonly string[] = ['nan', '-nan', 'inf', '-inf', 'n/a', '-'];

function fits(kind: ColumnKind, word: string): boolean {
  switch (kind) {
    case 'size':
    case 'whole':
      return /^-?\d+$/.test(word);
    case 'word':
      return /^[a-z_]/i.test(word) && !word.endsWith(':');
    case 'any':
      return true;
    default:
      return NUMBER.test(word) || NOT_NUMBERS.includes(word.toLowerCase());
  }
}
