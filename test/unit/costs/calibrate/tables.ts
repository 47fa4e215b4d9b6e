import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { MeasuredTable } from '../../../../src/costs/calibrate/measured-table.js';
import { readNcclTests } from '../../../../src/formats/nccl-tests.js';

const FOLDER = fileURLToPath(new URL('../../../../data/measurements/', import.meta.url));

/** The measured tables of this repository. */
export function measuredTables(): MeasuredTable[] {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));
  return files.sort().flatMap((name) => readNcclTests(readFileSync(`${FOLDER}${name}`, 'utf8')).tables);
}
