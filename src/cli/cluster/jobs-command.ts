import { ConfigError } from '../../base/errors.js';
import { type ClusterJob, type JobMachine, simulateJobs } from '../../cluster/jobs.js';
import type { Io } from '../io.js';
import { jsonOutput } from '../json-output.js';
import { jobTable } from './job-table.js';
import { inFile, type Options, printWarnings, readOptionsFile, withCosts } from './options-file.js';
import { duration } from './quantities.js';

export interface JobsFlags {
  readonly costs?: string;
  readonly json?: boolean;
}

const KEYS = ['machine', 'jobs'];

export async function jobsCommand(file: string, { json, costs }: JobsFlags, io: Io): Promise<void> {
  const { options: written, warnings } = readOptionsFile(file);
  const options = await withCosts(written, costs);
  const result = inFile(file, () => {
    checkKeys(options);
    return simulateJobs(options['jobs'] as readonly ClusterJob[], options['machine'] as JobMachine);
  });
  printWarnings([...warnings, ...result.warnings], io);
  const lines = [...jobTable(result.jobs), '', `the last ends at ${duration(result.timeNs)}`];
  io.out(json ? jsonOutput('jobs', { file, options }, result) : `${lines.join('\n')}\n`);
}

/** @throws ConfigError for keys other than the machine and its jobs. */
function checkKeys(options: Options): void {
  const expected = `one of the keys ${KEYS.join(', ')}`;
  const unknown = Object.keys(options).filter((key) => !KEYS.includes(key));
  if (unknown.length > 0) throw new ConfigError(unknown.map((path) => ({ path, expected, got: 'an unknown key' })));
}
