import type { Finding } from '../audit/finding.js';
import { wrap } from './table.js';

const WIDTH = 110;

/** Each claim, its verdict and what was found, for people. */
export function findingLines(findings: readonly Finding[]): string[] {
  return findings.flatMap(({ id, title, verdict, claimed, found, why }) => [
    `${id}. ${title}: ${verdict.toUpperCase()}`,
    ...wrap(claimed, WIDTH, '    log:   '),
    ...wrap(found, WIDTH, '    here:  '),
    ...wrap(why, WIDTH, '    why:   '),
    '',
  ]);
}
