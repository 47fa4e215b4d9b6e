import type { StudyReport } from '../tables/run-study.js';
import { columns, wrap } from './table.js';

const WIDTH = 110;

/** Differences shown per table; the rest is counted. */
const SHOWN = 10;

/** For each table: how many numbers equal the published ones, and what it shows. */
export function studyLines(studies: readonly StudyReport[]): string[] {
  const rows = studies.map(counts);
  const sum = (of: (study: StudyReport) => number) => String(studies.reduce((total, study) => total + of(study), 0));
  const [header = '', ...lines] = columns(
    [
      ['table', 'points', 'equal', 'different'],
      ...rows,
      [
        'total',
        sum(({ points }) => points.length),
        sum(({ equal }) => equal),
        sum(({ mismatches }) => mismatches.length),
      ],
    ],
    [0],
  );
  return [
    'The published ASTRA-sim study, run again: each time (ns) is compared with the published one.',
    '',
    header,
    ...studies.flatMap((study, i) => [lines[i] as string, ...details(study)]),
    lines.at(-1) as string,
    '',
    ...verdict(studies),
  ];
}

function counts({ name, points, equal, mismatches }: StudyReport): string[] {
  return [name, String(points.length), String(equal), String(mismatches.length)];
}

function details({ about, headline, mismatches }: StudyReport): string[] {
  const differences = mismatches
    .slice(0, SHOWN)
    .map(({ id, timeNs, publishedNs }) => `    differs: ${id}: ${timeNs} ns here, published ${publishedNs} ns`);
  const rest = mismatches.length - differences.length;
  return [
    ...wrap(about, WIDTH, '    '),
    ...wrap(headline, WIDTH, '    -> '),
    ...differences,
    ...(rest > 0 ? [`    differs: ${rest} more`] : []),
  ];
}

function verdict(studies: readonly StudyReport[]): string[] {
  const different = studies.flatMap(({ mismatches }) => mismatches).length;
  const compared = studies.reduce((total, { points }) => total + points.length, 0);
  const unpublished = studies.filter((study) => study.unpublished.length > 0);
  return [
    different === 0
      ? `All ${compared} numbers equal the published ones.`
      : `${different} of ${compared} numbers DIFFER from the published ones.`,
    ...unpublished.map(
      (study) => `Also run: ${study.unpublished.length} points of ${study.name} that have no published number.`,
    ),
  ];
}
