import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { ConfigError, show } from '../base/errors.js';
import { didYouMean } from '../base/validate.js';
import type { Warning } from '../base/warnings.js';
import { refuseDeepNesting, tooDeep } from './nesting.js';

/** A parsed file and its warnings. */
export interface ConfigFile {
  readonly value: unknown;
  readonly warnings: readonly Warning[];
}

/**
 * Reads a JSON or YAML file; `-` is standard input.
 * @param flag - the flag that named it, for when it cannot be read.
 * @param words - what the flag takes instead of a file: one of them may be what was meant.
 * @throws ConfigError naming file, line and column.
 */
export function readConfigFile(file: string, flag: string, words: readonly string[] = []): ConfigFile {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    const hint = reasonOf(error);
    throw new ConfigError([
      { path: flag, expected: 'a readable file', got: show(file), hint, ...didYouMean(file, words) },
    ]);
  }
  return parseConfig(text, file === '-' ? 'standard input' : file);
}

/** Parses JSON or YAML. Of a key that comes twice the last one counts, with a warning. */
export function parseConfig(text: string, file: string): ConfigFile {
  refuseDeepNesting(text, file);
  // JSON is a part of YAML, and this parser knows lines and columns.
  const document = parsed(text, file);
  const [problem] = document.errors.filter(({ code }) => code !== 'DUPLICATE_KEY');
  if (problem !== undefined) {
    const at = problem.linePos?.[0];
    const where = at === undefined ? '' : `:${at.line}:${at.col}`;
    const [reason = ''] = problem.message.split('\n');
    throw new ConfigError([{ path: `${file}${where}`, expected: 'JSON or YAML', got: reason }]);
  }
  const twice = document.errors.map(({ linePos }): Warning => {
    const line = linePos?.[0].line ?? 0;
    const message = `${file}: a key stands twice (line ${line}); the last one counts`;
    return { code: 'duplicate-key', message, data: { file, line } };
  });
  try {
    const value = (
      twice.length === 0 ? document : parseDocument(text, { uniqueKeys: false, logLevel: 'error' })
    ).toJS();
    return { value, warnings: twice };
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep(file);
    // Aliases of aliases, which would fill the memory.
    throw new ConfigError([{ path: file, expected: 'at most 100 aliases', got: reasonOf(error) }]);
  }
}

/** Levels by indentation are no brackets: these end where the stack does, which can be caught. */
function parsed(text: string, file: string) {
  try {
    // What it would warn of on its own is no concern of the user's.
    return parseDocument(text, { logLevel: 'error' });
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep(file);
    throw error;
  }
}

export function reasonOf(error: unknown): string {
  const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return reason;
}
