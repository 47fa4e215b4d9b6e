import { ConfigError } from '../base/errors.js';

/** Brackets within brackets, and list items within list items on one line: no file that people write comes near. */
const MOST_NESTED = 256;

/** The error for a file that goes deeper than its parser can. */
export function tooDeep(path: string): ConfigError {
  return new ConfigError([{ path, expected: `at most ${MOST_NESTED} levels of lists and maps`, got: 'more' }]);
}

/**
 * Refuses a JSON or YAML text that nests deeply, before a parser sees it: that goes as deep as the
 * text does, and ends the process where the stack does. Brackets that open always count, those
 * that close only outside of quotes, so that nothing can hide behind them.
 * @throws ConfigError
 */
export function refuseDeepNesting(text: string, file: string): void {
  let depth = 0;
  let line = 1;
  let items = 0;
  let quote = '';
  let before = '\n';
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (char === '\n') {
      line++;
      items = 0;
    } else if (char === '[' || char === '{') {
      depth++;
    } else if (quote !== '') {
      // An escaped character, or a quote that is doubled to stand for itself.
      if ((quote === '"' && char === '\\') || (char === "'" && quote === char && text[i + 1] === char)) i++;
      else if (char === quote) quote = '';
    } else if (char === ']' || char === '}') {
      depth = Math.max(0, depth - 1);
    } else if ((char === '"' || char === "'") && ' \t\n\r[{,:'.includes(before)) {
      quote = char;
    } else if (char === '#' && ' \t\n\r'.includes(before)) {
      const end = text.indexOf('\n', i);
      i = (end < 0 ? text.length : end) - 1;
    } else if ((char === '-' || char === '?') && text[i + 1] === ' ') {
      items++;
    }
    before = char;
    if (depth > MOST_NESTED || items > MOST_NESTED) throw tooDeep(`${file}:${line}`);
  }
}
