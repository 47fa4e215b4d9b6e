import type { JobReport } from '../../cluster/jobs.js';
import { columns } from '../table.js';
import { duration, significant } from './quantities.js';

/** How each job fares beside the others. */
export function jobTable(jobs: readonly JobReport[]): string[] {
  const rows = jobs.map(({ name, npus, aloneNs, togetherNs, slowdown, busbwTogetherBytesPerNs }) => [
    name,
    String(npus.length),
    duration(aloneNs),
    duration(togetherNs),
    slowdown.toFixed(2),
    significant(busbwTogetherBytesPerNs),
  ]);
  return columns([['job', 'NPUs', 'alone', 'together', 'slow-down', 'GB/s'], ...rows], [0]);
}
