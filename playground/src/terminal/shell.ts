/** One command of a line: its words, its input and its output. */
export interface ShellCommand {
  readonly words: readonly string[];
  /** A file for standard input, or that input itself. */
  readonly input?: { readonly file: string } | { readonly text: string };
  /** A file for standard output; `append` adds to it. */
  readonly output?: { readonly file: string; readonly append: boolean };
  /** Whether standard output is the next command's input. */
  readonly isPiped: boolean;
  /** The command as written. */
  readonly line: string;
}

/** This small shell cannot run the text; says why. */
export class ShellError extends Error {
  override readonly name = 'ShellError';
}

interface Token {
  readonly kind: 'word' | 'end' | '|' | '<' | '>' | '>>' | '<<';
  readonly text: string;
  /** A word with a * outside quotes: names of files. */
  readonly isPattern: boolean;
  readonly from: number;
  readonly to: number;
}

const SPECIAL = ['>>', '<<', '&&', '<', '>', '|', ';', '\n'];
/** Signs of features that this shell lacks. */
const REFUSED: Readonly<Record<string, string>> = { $: 'variables', '`': 'commands within commands', '&': 'jobs' };

/**
 * Reads lines as a shell does: words in quotes, `\` before the end of a line, `#` and what follows, `<`, `>`, `>>`,
 * `|`, `&&`, `;` and texts between `<<'END'` and `END`. A `$` in front of a line is a prompt.
 * @param files - names that a word with `*` may match.
 * @throws ShellError
 */
export function parseShell(text: string, files: readonly string[] = []): readonly ShellCommand[] {
  return commandsOf(tokensOf(text.replaceAll('\r', '')), text.replaceAll('\r', ''), files);
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let isFirst = true;
  while (at < text.length) {
    const prompt = isFirst ? /^[ \t]*\$ /.exec(text.slice(at)) : null;
    if (prompt !== null) at += prompt[0].length;
    isFirst = false;
    const blank = /^(?:[ \t]|\\\n)+/.exec(text.slice(at)) ?? /^#[^\n]*/.exec(text.slice(at));
    if (blank !== null) {
      at += blank[0].length;
      continue;
    }
    const special = SPECIAL.find((one) => text.startsWith(one, at));
    if (special === undefined) {
      const word = wordAt(text, at);
      tokens.push(word);
      at = word.to;
      continue;
    }
    const isEnd = ['&&', ';', '\n'].includes(special);
    const to = at + special.length;
    tokens.push({
      kind: isEnd ? 'end' : (special as Token['kind']),
      text: special,
      isPattern: false,
      from: at,
      to,
    });
    at = to;
    isFirst = isEnd;
    if (special === '\n') at = hereText(text, tokens, at);
  }
  return tokens;
}

/** After a line with `<<END`: the text up to END becomes that of the token. */
function hereText(text: string, tokens: Token[], at: number): number {
  const mark = tokens.findLastIndex(({ kind }) => kind === '<<');
  const end = tokens[mark + 1];
  const [open] = tokens.slice(mark).filter(({ kind }) => kind === 'end');
  if (mark < 0 || end === undefined || open !== tokens.at(-1)) return at;
  const lines = text.slice(at).split('\n');
  const last = lines.indexOf(end.text);
  if (last < 0) throw new ShellError(`expected a line ${end.text} behind <<${end.text}`);
  const here = lines.slice(0, last).map((line) => `${line}\n`);
  tokens[mark + 1] = { ...end, text: here.join('') };
  return at + here.join('').length + end.text.length;
}

function wordAt(text: string, from: number): Token {
  let at = from;
  let word = '';
  let isPattern = false;
  while (at < text.length) {
    const one = text[at] as string;
    if (one === '\\') {
      const next = text[at + 1] ?? '';
      word += next === '\n' ? '' : next;
      at += 2;
    } else if (one === "'" || one === '"') {
      // Escaped quotes do not close double quotes.
      const quoted = one === '"' ? /"((?:[^"\\]|\\.)*)"/sy : /'([^']*)'/y;
      quoted.lastIndex = at;
      const [whole, inside = ''] = quoted.exec(text) ?? [];
      if (whole === undefined) throw new ShellError(`a quote ${one} is not closed`);
      if (one === '"' && /(^|[^\\])[$`]/.test(inside)) refuse(inside.includes('`') ? '`' : '$');
      word += one === '"' ? inside.replace(/\\(["\\$`\n])/g, (_, sign) => (sign === '\n' ? '' : sign)) : inside;
      at += whole.length;
    } else if (/[ \t\n]/.test(one) || SPECIAL.some((special) => text.startsWith(special, at))) break;
    else {
      if (one in REFUSED) refuse(one);
      isPattern ||= one === '*';
      word += one;
      at++;
    }
  }
  return { kind: 'word', text: word, isPattern, from, to: Math.min(at, text.length) };
}

function refuse(sign: string): never {
  throw new ShellError(`there are no ${REFUSED[sign]} (${sign}) in this page: write out what it would stand for`);
}

function commandsOf(tokens: readonly Token[], text: string, files: readonly string[]): ShellCommand[] {
  const commands: ShellCommand[] = [];
  let words: string[] = [];
  let input: ShellCommand['input'];
  let output: ShellCommand['output'];
  let from = -1;
  let to = 0;
  const end = (isPiped: boolean) => {
    if (from < 0) return;
    if (words.length === 0) throw new ShellError('expected a command, got none');
    const given = { ...(input === undefined ? {} : { input }), ...(output === undefined ? {} : { output }) };
    commands.push({ words, ...given, isPiped, line: text.slice(from, to) });
    [words, input, output, from] = [[], undefined, undefined, -1];
  };
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    if (token.kind === 'end') {
      end(false);
      continue;
    }
    if (from < 0) from = token.from;
    if (token.kind === '|') {
      if (words.length === 0 || tokens[i + 1] === undefined)
        throw new ShellError('expected a command on each side of |');
      end(true);
      continue;
    }
    to = token.to;
    if (token.kind === 'word') {
      words.push(...(token.isPattern ? namesOf(token.text, files) : [token.text]));
      continue;
    }
    const next = tokens[++i];
    if (next?.kind !== 'word') throw new ShellError(`expected a file behind ${token.text}`);
    to = next.to;
    if (token.kind === '<<') input = { text: next.text };
    else if (token.kind === '<') input = { file: next.text };
    else output = { file: next.text, append: token.kind === '>>' };
  }
  end(false);
  return commands;
}

/** Files that match a pattern; the pattern itself when none does. */
function namesOf(pattern: string, files: readonly string[]): readonly string[] {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const matches = files.filter((file) => new RegExp(`^${parts.join('[^/]*')}$`).test(file));
  return matches.length === 0 ? [pattern] : matches.sort();
}
