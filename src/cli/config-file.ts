import { readFileSync } from 'node:fs';
import { constructFromEvents, parseEvents, YAMLException } from 'js-yaml';
import { ConfigError, show } from '../base/errors.js';
import { didYouMean } from '../base/validate.js';
import type { Warning } from '../base/warnings.js';
import { oddities } from './yaml-events.js';

/** A parsed file and its warnings. */
export interface ConfigFile {
  readonly value: unknown;
  readonly warnings: readonly Warning[];
}

/**
 * Reads a JSON or YAML file; `-` is standard input.
 * @param flag - the flag that named it, for error messages.
 * @param words - values that the flag takes instead of a file, for suggestions.
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

/** Deeper than any file that people write. */
const MOST_NESTED = 256;
/** Most values of a file with all aliases expanded, unless it has more characters. */
const MOST_VALUES = 2 ** 20;

/**
 * Parses YAML, and so JSON, which is a part of it. If a key occurs twice the last one counts, with a warning.
 * @throws ConfigError naming file, line and column.
 */
export function parseConfig(text: string, file: string): ConfigFile {
  try {
    const events = parseEvents(text, { maxDepth: MOST_NESTED + 1 });
    const { values, keysThatStandTwice } = oddities(events, text);
    if (values > Math.max(MOST_VALUES, text.length)) {
      const expected = `at most ${MOST_VALUES} values, aliases written out`;
      throw new ConfigError([
        { path: file, expected, got: values === Number.POSITIVE_INFINITY ? 'infinitely many' : show(values) },
      ]);
    }
    const [value = null, ...more] = constructFromEvents(events, { source: text, json: true });
    if (more.length > 0) throw notRead(file, 'more than one document');
    return { value, warnings: keysThatStandTwice.map((at) => standsTwice(file, lineOf(text, at))) };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { mark, reason } = error;
    const line = mark === undefined ? '' : `:${mark.line + 1}`;
    if (/maxDepth/.test(reason)) {
      throw new ConfigError([
        { path: `${file}${line}`, expected: `at most ${MOST_NESTED} levels of lists and maps`, got: 'more' },
      ]);
    }
    throw notRead(mark === undefined ? file : `${file}${line}:${mark.column + 1}`, reason);
  }
}

function standsTwice(file: string, line: number): Warning {
  const message = `${file}: a key occurs twice (line ${line}); the last one counts`;
  return { code: 'duplicate-key', message, data: { file, line } };
}

function lineOf(text: string, at: number): number {
  let line = 1;
  for (let i = text.indexOf('\n'); i >= 0 && i < at; i = text.indexOf('\n', i + 1)) line++;
  return line;
}

function notRead(path: string, reason: string): ConfigError {
  return new ConfigError([{ path, expected: 'JSON or YAML', got: reason }]);
}

export function reasonOf(error: unknown): string {
  const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return reason;
}
