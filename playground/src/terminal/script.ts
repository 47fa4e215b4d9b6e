import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transform } from 'sucrase';
import { LIBRARY } from './library.js';

/** Importable modules, by the name in the importing script. */
type Modules = ReadonlyMap<string, object>;
type Run = (...given: unknown[]) => Promise<void>;
const AsyncFunction = (async () => {}).constructor as new (...parts: string[]) => Run;
/** Lines that the browser puts before the text of a function. */
const LINES_BEFORE = 2;

/** A script is invalid; says where and why. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError';
}

/**
 * Turns a script into one that loads its modules with `require`, without types, each line in its place. Lists its
 * imports.
 * @throws ScriptError
 */
export function prepared(text: string, file: string): { readonly code: string; readonly imports: readonly string[] } {
  let code: string;
  try {
    code = transform(text.replace(/^#![^\n]*/, ''), {
      ...{
        transforms: ['typescript', 'imports'],
        filePath: file,
        production: true,
        disableESTransforms: true,
        keepUnusedImports: true,
      },
    }).code;
  } catch (error) {
    const [, reason = ''] = /^Error transforming .*?: (.*)$/s.exec((error as Error).message) ?? [];
    throw new ScriptError(`${file}: ${reason === '' ? (error as Error).message : reason}`);
  }
  const imports = [...code.matchAll(/\brequire\((['"])([^'"\n]+)\1\)/g)].map(([, , name]) => name as string);
  const address = JSON.stringify(`file:///${file}`);
  return { code: code.replaceAll('import.meta.url', address), imports: [...new Set(imports)] };
}

/**
 * Runs a script among the files in memory, with its imports from them.
 * @throws ScriptError, and what the script throws.
 */
export async function runScript(file: string): Promise<void> {
  await moduleOf(file, new Map());
}

async function moduleOf(file: string, loaded: Map<string, object>): Promise<object> {
  const known = loaded.get(file);
  if (known !== undefined) return known;
  const exports: object = {};
  loaded.set(file, exports);
  const { code, imports } = prepared(readFileSync(`/${file}`, 'utf8'), file);
  const modules = new Map<string, object>();
  for (const name of imports) modules.set(name, await imported(name, file, loaded));
  await compiled(code, file)(requireOf(modules), exports, { exports });
  return exports;
}

async function imported(name: string, from: string, loaded: Map<string, object>): Promise<object> {
  if (/^\.{1,2}\//.test(name)) {
    const file = join(dirname(from), name);
    if (existsSync(`/${file}`)) return moduleOf(file, loaded);
    throw new ScriptError(`${from}: expected a file ${file} to import, got none`);
  }
  const load = LIBRARY[name] ?? LIBRARY[`node:${name}`];
  if (load === undefined) {
    throw new ScriptError(`${from}: expected one of ${Object.keys(LIBRARY).join(', ')} to import, got "${name}"`);
  }
  return { ...(await load()), __esModule: true };
}

function requireOf(modules: Modules): (name: string) => object {
  return (name) => {
    const found = modules.get(name);
    if (found === undefined) throw new ScriptError(`expected the name of a module as a text, got "${name}"`);
    return found;
  };
}

function compiled(code: string, file: string): Run {
  try {
    return new AsyncFunction('require', 'exports', 'module', `${code}\n//# sourceURL=${file}`);
  } catch (error) {
    throw new ScriptError(`${file}: ${(error as Error).message}`);
  }
}

/** What a script threw, and at which line. */
export function thrownText(error: unknown, file: string): string {
  if (error instanceof ScriptError) return `error: ${error.message}\n`;
  if (!(error instanceof Error)) return `Uncaught ${String(error)}\n`;
  const text = `${error.name}: ${error.message}`;
  const escaped = file.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const [, line] = new RegExp(`${escaped}:(\\d+)`).exec((error.stack ?? '').replace(error.message, '')) ?? [];
  return `${line === undefined ? '' : `${file}:${Number(line) - LINES_BEFORE}: `}${text}\n`;
}
