import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { format } from 'node:util';
import { printable } from '../../../src/base/errors.js';
import { run } from '../../../src/cli/run.js';
import process, { Exit, streams } from './node/process.js';
import { standardInput } from './node/standard-input.js';
import type { PageFile, Printed, WrittenFile } from './protocol.js';
import { runScript, thrownText } from './script.js';
import { parseShell, type ShellCommand, ShellError } from './shell.js';

/** Exit codes of shells: an unknown command, an invalid line. */
const NOT_FOUND = 127;
const SYNTAX = 2;

const BACKENDS: Readonly<Record<string, string>> = {
  AstraSim_Analytical_Congestion_Aware: 'congestion-aware',
  AstraSim_Analytical_Congestion_Unaware: 'congestion-unaware',
};

interface Outcome {
  readonly code: number;
  readonly written: readonly WrittenFile[];
}

/** Runs lines of commands in order, with some files; returns how the last one ended, and the files written. */
export async function runCommands(
  command: string,
  files: readonly PageFile[],
  print: (printed: Printed) => void,
): Promise<Outcome> {
  for (const { name, text } of files) put(name, text);
  const given = new Map(files.map(({ name, text }) => [pathOf(name), text]));
  const err = (text: string) => print({ stream: 'err', text });
  const code = await lines(command, print, err);
  const written = allFiles('/').flatMap((path): WrittenFile[] => {
    const bytes = Uint8Array.from(readFileSync(path));
    const isAsGiven = given.has(path) && new TextDecoder().decode(bytes) === given.get(path);
    return isAsGiven ? [] : [{ name: path.slice(1), bytes }];
  });
  return { code, written };
}

async function lines(command: string, print: (printed: Printed) => void, err: (text: string) => void): Promise<number> {
  let code = 0;
  try {
    const count = parseShell(command).length;
    let piped = '';
    for (let at = 0; at < count; at++) {
      // Read again, because a pattern may match files just written.
      const one = parseShell(command, names())[at] as ShellCommand;
      if (count > 1) print({ stream: 'prompt', text: `$ ${one.line}\n` });
      let out = '';
      const isKept = one.isPiped || one.output !== undefined;
      const keep = (text: string) => {
        if (isKept) out += text;
        else print({ stream: 'out', text });
      };
      standardInput.text = inputOf(one) ?? piped;
      code = await program(one.words, keep, err);
      if (one.output !== undefined) put(one.output.file, out, one.output.append);
      piped = one.isPiped ? out : '';
    }
    return code;
  } catch (error) {
    err(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof ShellError ? SYNTAX : 1;
  }
}

async function program(
  words: readonly string[],
  out: (text: string) => void,
  err: (text: string) => void,
): Promise<number> {
  const [name = '', ...rest] = words[0] === 'npx' ? words.slice(1) : words;
  // File names and words of the user may hold control characters.
  const io = { out, err: (text: string) => err(text.split('\n').map(printable).join('\n')) };
  const backend = BACKENDS[name];
  if (backend !== undefined) return run(['run', `--network-backend=${backend}`, ...rest], io);
  if (name === 'astra-sim-ts') return run(rest, io);
  if (name === 'node') return node(rest, out, err);
  if (name === 'ls') {
    out(
      names()
        .map((file) => `${file}\n`)
        .join(''),
    );
    return 0;
  }
  if (name === 'cat') {
    const texts = rest.length === 0 ? [standardInput.text] : rest.map((file) => readFileSync(file, 'utf8'));
    out(texts.join(''));
    return 0;
  }
  err(`error: expected astra-sim-ts, node FILE, cat or ls, got "${name}": a page has no other programs\n`);
  return NOT_FOUND;
}

/** `node FILE ARGUMENTS`: a script among the files. Node's own flags have no effect. */
async function node(words: readonly string[], out: (text: string) => void, err: (text: string) => void) {
  const at = words.findIndex((word) => !word.startsWith('-'));
  const file = pathOf(words[at] ?? '').slice(1);
  if (at < 0 || !existsSync(`/${file}`)) {
    err(`error: node: expected a script among the files, got ${at < 0 ? 'none' : `"${file}"`}\n`);
    return 1;
  }
  const say =
    (to: (text: string) => void) =>
    (...given: unknown[]) =>
      to(`${lineOf(given)}\n`);
  const [log, warn] = [say(out), say(err)];
  Object.assign(console, { log, info: log, debug: log, table: log, warn, error: warn, trace: warn });
  Object.assign(streams, { out, err });
  process.argv = ['/usr/bin/node', `/${file}`, ...words.slice(at + 1)];
  process.exitCode = undefined;
  try {
    await runScript(file);
    return process.exitCode ?? 0;
  } catch (error) {
    if (error instanceof Exit) return error.code;
    err(thrownText(error, file));
    return 1;
  }
}

/** Formats like Node's console: a first text may hold marks such as %d, and texts have no quotes. */
function lineOf(given: readonly unknown[]): string {
  return typeof given[0] === 'string' ? format(...given) : format('', ...given).slice(1);
}

function inputOf({ input }: ShellCommand): string | undefined {
  if (input === undefined) return undefined;
  return 'text' in input ? input.text : readFileSync(input.file, 'utf8');
}

/** Path of a file: all are below the one folder in which commands run. */
function pathOf(name: string): string {
  return `/${name
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')}`;
}

function put(name: string, text: string, append = false): void {
  const path = pathOf(name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { flag: append ? 'a' : 'w' });
}

function allFiles(folder: string): string[] {
  // Devices are not the user's files.
  const names = readdirSync(folder).filter((name) => folder !== '/' || name !== 'dev');
  return names.flatMap((name) => {
    const path = `${folder === '/' ? '' : folder}/${name}`;
    return statSync(path).isDirectory() ? allFiles(path) : [path];
  });
}

const names = () => allFiles('/').map((path) => path.slice(1));
