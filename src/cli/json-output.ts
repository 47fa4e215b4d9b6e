import { ConfigError, SimulationError } from '../base/errors.js';
import { OutputError } from './files/output-error.js';
import { packageInfo } from './version.js';

/** Version of all `--json` output; grows with changes that break its readers. */
const SCHEMA_VERSION = 1;

/** Most issues of one error to print. */
const MOST_ISSUES = 20;

interface Head {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly tool: { readonly name: string; readonly version: string };
}

/** The `--json` output of every command. */
export interface JsonOutput extends Head {
  readonly command: string;
  /** The resolved input: files parsed, defaults filled in. */
  readonly input: unknown;
  readonly results: unknown;
}

export function jsonOutput(command: string, input: unknown, results: unknown): string {
  return `${JSON.stringify({ ...head(), command, input, results } satisfies JsonOutput, null, 2)}\n`;
}

/** {@link jsonOutput} for results written piece by piece: the text before and after them. */
export function jsonFrame(command: string, input: unknown): readonly [before: string, behind: string] {
  const frame = JSON.stringify({ ...head(), command, input });
  return [`${frame.slice(0, -1)},"results":`, '}\n'];
}

/** An error as one line of JSON, for stderr. */
export function jsonError(error: unknown, exitCode: number): string {
  const name = error instanceof Error ? error.name : 'Error';
  const message = error instanceof Error ? error.message : String(error);
  return `${JSON.stringify({ ...head(), error: { name, exitCode, message, ...detail(error) } })}\n`;
}

function head(): Head {
  return { schemaVersion: SCHEMA_VERSION, tool: packageInfo() };
}

function detail(error: unknown): object {
  if (error instanceof ConfigError) {
    return { issues: error.issues.slice(0, MOST_ISSUES), issueCount: error.issues.length };
  }
  if (error instanceof SimulationError) return { timeNs: error.timeNs, stuck: error.stuck.slice(0, MOST_ISSUES) };
  if (error instanceof OutputError) return { path: error.path };
  return {};
}
