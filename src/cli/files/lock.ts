import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, readlinkSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import * as v from 'valibot';
import { OutputError, writing } from './output-error.js';
import type { Place } from './place.js';

/** The exclusive right to write a file. */
export interface Lock {
  /**
   * Checks that no other process has taken it over.
   * @throws OutputError
   */
  readonly check: () => void;
  readonly release: () => void;
}

const holder = v.object({
  lockedBy: v.literal('astra-sim-ts'),
  pid: v.number(),
  host: v.string(),
  /** Boot and process namespace: within one, a pid identifies a process. */
  machine: v.string(),
  /** When the process started, to distinguish it from a later one with the same pid. */
  started: v.string(),
  token: v.string(),
});

type Holder = v.InferOutput<typeof holder>;

/** How often a holder shows that it is alive, and how long others wait for that, ms. Compares no clocks. */
const BEAT_MS = 2000;
const WATCH_MS = 20_000;
const POLL_MS = 500;
const ATTEMPTS = 20;

export interface LockOptions {
  /** Called when taking the lock takes a while. */
  readonly notify?: (text: string) => void;
  /** How long to watch a holder on another machine for a sign of life, ms. Default 20,000. */
  readonly watchMs?: number;
}

export function lockName(real: string): string {
  return `${real}.lock`;
}

/**
 * Takes the lock of a file: a file beside it that names the writer. Takes over a lock whose process has
 * ended; watches a lock of another machine to see whether its process has ended.
 * @throws OutputError if another process is writing the file.
 */
export async function takeLock({ path, real }: Place, options: LockOptions = {}): Promise<Lock> {
  const name = lockName(real);
  const mine = newHolder();
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (writing(name, () => create(name, mine))) return held(path, name, mine);
    const found = read(name);
    if (found === undefined) continue;
    if (found === 'foreign') throw new OutputError(path, `${name} exists and is not a lock of this program`);
    if (await isAlive(name, found, mine, options)) {
      const hint = `if that is wrong, delete ${name}`;
      throw new OutputError(path, `process ${found.pid} on ${found.host} is writing it (${hint})`);
    }
    writing(name, () => remove(name, found));
  }
  throw new OutputError(path, `others keep taking ${name}`);
}

/** Creates the lock file with its content atomically; returns false if it exists. */
function create(name: string, mine: Holder): boolean {
  const text = `${JSON.stringify(mine)}\n`;
  const draft = `${name}.${mine.token}`;
  try {
    writeFileSync(draft, text, { flag: 'wx' });
    linkSync(draft, name);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    // Not every file system has links.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
    return createWithoutLinks(name, text);
  } finally {
    rmSync(draft, { force: true });
  }
}

function createWithoutLinks(name: string, text: string): boolean {
  try {
    writeFileSync(name, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function held(path: string, name: string, mine: Holder): Lock {
  const isMine = () => {
    const found = read(name);
    return typeof found === 'object' && found.token === mine.token;
  };
  const beat = setInterval(() => {
    try {
      if (isMine()) utimesSync(name, new Date(), new Date());
    } catch {
      // Gone or unreachable: the next check reports it.
    }
  }, BEAT_MS);
  beat.unref();
  return {
    check: () => {
      if (!isMine()) throw new OutputError(path, `another process took over ${name}`);
    },
    release: () => {
      clearInterval(beat);
      if (isMine()) rmSync(name, { force: true });
    },
  };
}

/** The holder of a lock; undefined if it is gone, 'foreign' if the file is something else. */
function read(name: string): Holder | 'foreign' | undefined {
  let text: string;
  try {
    text = readFileSync(name, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new OutputError(name, (error as Error).message);
  }
  try {
    const result = v.safeParse(holder, JSON.parse(text));
    return result.success ? result.output : 'foreign';
  } catch {
    return 'foreign';
  }
}

async function isAlive(
  name: string,
  found: Holder,
  mine: Holder,
  { notify, watchMs = WATCH_MS }: LockOptions,
): Promise<boolean> {
  if (found.machine === mine.machine) return runs(found.pid) && found.started === startOf(found.pid);
  const beatAt = () => statSync(name, { throwIfNoEntry: false })?.mtimeMs;
  const first = beatAt();
  notify?.(`waiting up to ${watchMs / 1000} s to see whether process ${found.pid} on ${found.host} still writes`);
  for (let waited = 0; waited < watchMs; waited += POLL_MS) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    const now = beatAt();
    if (now === undefined) return false;
    if (now !== first) return true;
  }
  return false;
}

/** Removes the lock of an ended process, but not a lock that another process has taken meanwhile. */
function remove(name: string, ended: Holder): void {
  const aside = `${name}.${randomBytes(6).toString('hex')}`;
  try {
    renameSync(name, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = read(aside);
  if (typeof moved === 'object' && moved.token !== ended.token) {
    try {
      linkSync(aside, name);
    } catch {
      // A third process has it; the second notices when it writes.
    }
  }
  rmSync(aside, { force: true });
}

function newHolder(): Holder {
  const token = randomBytes(8).toString('hex');
  return {
    lockedBy: 'astra-sim-ts',
    pid: process.pid,
    host: hostname(),
    machine: machine(),
    started: startOf(process.pid),
    token,
  };
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Start of a process in ticks since boot; the same text for all if the system does not tell. */
function startOf(pid: number): string {
  try {
    // The name in parentheses may contain anything; 19 fields follow the state.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/s, '').trim().split(' ');
    return fields[19] ?? '';
  } catch {
    return '';
  }
}

function machine(): string {
  const parts = [hostname()];
  try {
    parts.push(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(), readlinkSync('/proc/self/ns/pid'));
  } catch {
    // The host's name must do.
  }
  return parts.join(' ');
}
