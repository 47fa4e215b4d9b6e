import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { must } from './kind.js';

export const MAIN = join(process.cwd(), 'dist/cli/main.js');

/** 900 points that take a moment each, so that a kill finds the sweep at work. */
export const SPACE = {
  base: { collective: 'all-reduce', topology: 'ring(8, 600 GB/s, 500 ns)', size: '1 MiB', algorithms: 'direct:2' },
  axes: { 'topology[0].npus': { from: 40, to: 57 }, splits: { from: 1, to: 50 } },
};

export interface Ended {
  readonly code: number | null;
  readonly err: string;
}

export function start(folder: string, ...argv: readonly string[]): { child: ChildProcess; ended: Promise<Ended> } {
  return startWith({}, folder, argv);
}

/** Starts a command with options of Node beside. */
export function startWith(
  {
    nodeOptions = '',
    cli = [process.execPath, MAIN],
  }: { readonly nodeOptions?: string; readonly cli?: readonly string[] },
  folder: string,
  argv: readonly string[],
): { child: ChildProcess; ended: Promise<Ended> } {
  const [command = process.execPath, ...before] = cli;
  const child = spawn(command, [...before, ...argv], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: nodeOptions },
  });
  let err = '';
  child.stderr?.on('data', (chunk) => {
    err += chunk;
  });
  return { child, ended: once(child, 'close').then(([code]) => ({ code: code as number | null, err })) };
}

export const run = (folder: string, ...argv: readonly string[]) => start(folder, ...argv).ended;

export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'astra-fuzz-'));
  try {
    writeFileSync(join(folder, 'space.json'), JSON.stringify(SPACE));
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Rows of an undisturbed run; made once. */
let whole: Promise<string> | undefined;
export const undisturbed = () => {
  whole ??= inFolder(async (folder) => {
    const { code, err } = await run(folder, 'sweep', 'space.json', '--out', 'rows.csv', '--workers', '0');
    must(code === 0, () => `an undisturbed sweep ends with ${code}: ${err}`);
    return readFileSync(join(folder, 'rows.csv'), 'utf8');
  });
  return whole;
};

/** What may be there when all is over. */
export function mustBeClean(folder: string, ...more: readonly string[]): void {
  const left = readdirSync(folder).filter((name) => !['space.json', 'rows.csv', ...more].includes(name));
  must(
    left.every((name) => /^rows\.csv\.|\.lock/.test(name) && !/\.part$/.test(name)),
    () => `left behind: ${left}`,
  );
}
