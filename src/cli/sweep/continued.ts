import { statSync } from 'node:fs';
import { ConfigError, type Issue } from '../../base/errors.js';
import type { Points } from '../../sweep/points.js';
import { shardText } from '../../sweep/shard.js';
import { LineChecksum } from '../files/line-checksum.js';
import type { Place } from '../files/place.js';
import { compareRows } from './damaged-row.js';
import { blocks, checkKept, damage, nextAfter, rowsIn } from './kept-rows.js';
import { readSidecar, type Sidecar, sidecarName } from './sidecar.js';

/** The rows that a file must hold. */
export interface Wanted {
  readonly file: string;
  readonly sidecar: Omit<Sidecar, 'rows' | 'marks'>;
  readonly points: Points;
  /** The range of numbers to write. */
  readonly from: number;
  readonly end: number;
  /** Called when something takes long or was repaired. */
  readonly notify: (text: string) => void;
}

/** Existing correct rows, and the first number after them. */
export interface Continued {
  readonly checksum: LineChecksum;
  readonly next: number;
}

/**
 * What can be continued; nothing if the file does not exist yet.
 * @throws ConfigError when the file has changed, or belongs to another sweep.
 */
export async function continued(request: Wanted, { kind, real }: Place): Promise<Continued> {
  const { file, sidecar: wanted, points, from, end, notify } = request;
  const nothing = { checksum: new LineChecksum(), next: from };
  const size = kind === 'file' ? statSync(real).size : 0;
  const found = readSidecar(real);
  if (found === undefined) {
    if (size === 0) return nothing;
    const expected = `${sidecarName(file)}, which says what sweep ${file} belongs to`;
    throw new ConfigError([{ path: '--resume', expected, got: 'nothing' }]);
  }
  refuseOther(file, found, wanted);
  const { rows } = found;
  // Without a checkpoint the contents are unknown, but small.
  if (rows === undefined || size === 0) return nothing;
  if (rows.next < from || rows.next > end || rows.points !== rowsIn(rows.lines, wanted.format)) {
    const expected = `rows of points ${from} to ${end - 1}`;
    throw new ConfigError([{ path: sidecarName(file), expected, got: `${rows.points} rows up to ${rows.next}` }]);
  }
  const kept = checkKept(real, found);
  if (kept.state === 'whole') return { checksum: kept.checksum, next: rows.next };
  const { good, bad } = kept;
  const next = nextAfter(real, good, from);
  const compared = await compareRows({ points, from: next, end }, wanted.format, real, good, rows.bytes);
  if (compared.state === 'different') {
    throw damage(file, wanted.format, { first: compared.line, last: compared.line });
  }
  if (compared.state === 'unknown') throw damage(file, wanted.format, { first: good.lines + 1, last: bad.lines });
  notify(`${file} is shorter than it was: continuing after row ${rowsIn(good.lines, wanted.format)}`);
  const checksum = new LineChecksum();
  for (const block of blocks(real, 0, good.bytes)) checksum.add(block);
  return { checksum, next };
}

function refuseOther(file: string, found: Sidecar, wanted: Wanted['sidecar']): void {
  const issues: Issue[] = [];
  const differ = (what: string, of: (sidecar: Wanted['sidecar']) => string) => {
    if (of(found) === of(wanted)) return;
    issues.push({ path: '--resume', expected: `${file} to have ${what} ${of(wanted)}`, got: of(found) });
  };
  differ('been made by', ({ madeBy }) => madeBy);
  differ('been made from sweep', ({ sweep }) => sweep.slice(0, 12));
  differ('the format', ({ format }) => format);
  differ('the shard', ({ shard }) => shardText(shard));
  if (issues.length > 0) throw new ConfigError(issues);
}
