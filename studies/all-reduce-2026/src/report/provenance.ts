import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';

/** What a report was made with. */
export interface Provenance {
  /** Of the repository, `+` behind it when files were changed; undefined outside of one. */
  readonly commit: string | undefined;
  /** ISO 8601. */
  readonly date: string;
  readonly version: string;
  readonly node: string;
}

export function provenance(): Provenance {
  const { version } = createRequire(import.meta.url)('astra-sim-ts/package.json') as { version: string };
  return { commit: commit(), date: new Date().toISOString(), version, node: process.version };
}

function commit(): string | undefined {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    return `${git('rev-parse', 'HEAD').trim()}${git('status', '--porcelain', '--untracked-files=no') === '' ? '' : '+'}`;
  } catch {
    return undefined;
  }
}
