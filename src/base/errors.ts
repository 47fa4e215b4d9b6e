/** One thing wrong with an input, in terms its author can act on. */
export interface Issue {
  /** Where: `topology[1].bandwidth`. Empty for the input as a whole. */
  readonly path: string;
  /** What would have been right. */
  readonly expected: string;
  /** What came instead, printed. */
  readonly got: string;
  /** A guess at what was meant, e.g. the nearest known key. */
  readonly hint?: string;
}

/** Issues that the message of an error spells out. */
const MOST_SPELLED = 20;

/** The input cannot be simulated. Carries every issue found; the message spells out the first 20. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[]) {
    const more = issues.length - MOST_SPELLED;
    const lines = issues.slice(0, MOST_SPELLED).map(formatIssue);
    super([...lines, ...(more > 0 ? [`and ${more.toLocaleString('en-US')} more`] : [])].join('\n'));
    this.issues = issues;
  }
}

/**
 * Runs readers of several inputs, all of them even when one fails.
 * @throws ConfigError with what is wrong in any of them.
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

/** A chunk that cannot go on: what it waits for. */
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

/** The input was fine, but the simulated machine cannot go on (deadlock, event budget, abort). */
export class SimulationError extends Error {
  override readonly name = 'SimulationError';
  /** Simulated time at which it stopped, ns. */
  readonly timeNs: number;
  /** Of a deadlock: every chunk that waits, and for what. */
  readonly stuck: readonly StuckChunk[];

  constructor(message: string, timeNs: number, stuck: readonly StuckChunk[] = []) {
    super(message);
    this.timeNs = timeNs;
    this.stuck = stuck;
  }
}

/** A defect in this program, not in its input. Please report it. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** Prints a value for an error message: short, quoted, never throwing. */
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

/** A text without control characters, which could move the cursor of a terminal or colour what follows. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
