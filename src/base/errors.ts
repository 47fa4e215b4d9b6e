/** One problem of an input, in terms its author can act on. */
export interface Issue {
  /** Where: `topology[1].bandwidth`. Empty for the input as a whole. */
  readonly path: string;
  /** What would be right. */
  readonly expected: string;
  /** What came instead, as text. */
  readonly got: string;
  /** A guess at the intention, such as the nearest known key. */
  readonly hint?: string;
}

/** Most issues in an error's message. */
const MOST_SPELLED = 20;

/** The input cannot be simulated. Carries every issue found; the message spells out the first 20. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[]) {
    const all = areIssues(issues) ? issues : [{ path: 'issues', expected: 'a list of issues', got: show(issues) }];
    const more = all.length - MOST_SPELLED;
    const lines = all.slice(0, MOST_SPELLED).map(formatIssue);
    super([...lines, ...(more > 0 ? [`and ${more.toLocaleString('en-US')} more`] : [])].join('\n'));
    this.issues = all;
  }
}

/** Callers also create errors. */
function areIssues(value: unknown): value is readonly Issue[] {
  const isText = (text: unknown) => typeof text === 'string';
  try {
    if (!Array.isArray(value) || value.length === 0) return false;
    return Array.from(value as readonly Issue[]).every(
      ({ path, expected, got, hint }) => [path, expected, got].every(isText) && (hint === undefined || isText(hint)),
    );
  } catch {
    return false;
  }
}

/**
 * Runs readers of several inputs, all of them even if one fails.
 * @throws ConfigError with the problems of all of them.
 */
export function readAll<T extends readonly unknown[]>(...readers: { readonly [K in keyof T]: () => T[K] }): T {
  const issues: Issue[] = [];
  const values = readers.map((read) => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      issues.push(...error.issues);
      return undefined;
    }
  });
  if (issues.length > 0) throw new ConfigError(issues);
  return values as unknown as T;
}

/** A chunk that cannot continue, and what it waits for. */
export interface StuckChunk {
  readonly npu: number;
  readonly chunk: number;
  /** Position of the phase among those of the chunk. */
  readonly phase: number;
  readonly collective: string;
  readonly dimension: number;
  /** `room`: its queue is full. `message`: its peer has not sent, because the peer is stuck too. */
  readonly waitsFor: 'room' | 'message';
}

/** The input was valid, but the simulation cannot continue (deadlock, event budget, abort). */
export class SimulationError extends Error {
  override readonly name = 'SimulationError';
  /** Simulated time at which it stopped, ns. */
  readonly timeNs: number;
  /** For a deadlock: every waiting chunk, and what it waits for. */
  readonly stuck: readonly StuckChunk[];

  constructor(message: string, timeNs: number, stuck: readonly StuckChunk[] = []) {
    super(textOf(message));
    this.timeNs = Number.isFinite(timeNs) ? timeNs : 0;
    this.stuck = Array.isArray(stuck) ? stuck : [];
  }
}

/** A bug in this program, not in its input. Please report it. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';

  constructor(message: string) {
    super(textOf(message));
  }
}

function textOf(message: unknown): string {
  return typeof message === 'string' ? message : show(message);
}

/** Formats a value for an error message: short, quoted, never throwing. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'bigint') return `${value}n`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}

function formatIssue({ path, expected, got, hint }: Issue): string {
  const where = path === '' ? '' : `${path}: `;
  return printable(`${where}expected ${expected}, got ${got}${hint === undefined ? '' : ` (${hint})`}`);
}

/** Removes control characters, which could move a terminal's cursor or colour later text. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
