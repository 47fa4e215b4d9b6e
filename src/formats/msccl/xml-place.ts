import { parseXml, XmlElement, XmlError } from '@rgrove/parse-xml';
import { ConfigError, type Issue, show } from '../../base/errors.js';

/** Most issues to report before reading gives up. */
const MOST_ISSUES = 20;

/** What reading one file has in common. */
class Source {
  readonly file: string;
  readonly issues: Issue[] = [];
  readonly notes = new Set<string>();
  readonly #text: string;
  #at = 0;
  #line = 1;

  constructor(file: string, text: string) {
    this.file = file;
    this.#text = text;
  }

  /** Line of an offset; fast when offsets come in ascending order. */
  lineOf(offset: number): number {
    if (offset < this.#at) {
      this.#at = 0;
      this.#line = 1;
    }
    for (; this.#at < offset; this.#at++) if (this.#text.charCodeAt(this.#at) === 0x0a) this.#line++;
    return this.#line;
  }
}

/** An element of an XML file; its faults are collected, and {@link XmlPlace.check} reports them. */
export class XmlPlace {
  readonly line: number;
  readonly #element: XmlElement;
  readonly #source: Source;

  private constructor(element: XmlElement, source: Source) {
    this.#element = element;
    this.#source = source;
    this.line = source.lineOf(element.start);
  }

  /** The root of a file. */
  static root(text: string, file: string, name: string): XmlPlace {
    // As the parser sees it: one character per line break.
    const whole = text.replaceAll(/\r\n?/g, '\n').replace(/^\uFEFF/, '');
    const end = endOfRoot(whole);
    const normal = whole.slice(0, end);
    const source = new Source(file, normal);
    if (/\S/.test(whole.slice(end).replaceAll(/<!--[\s\S]*?-->/g, ''))) {
      source.notes.add(`what follows the first element, from line ${source.lineOf(end)}, is not read`);
    }
    const { root } = parse(normal, file);
    if (root?.name === name) return new XmlPlace(root, source);
    throw new ConfigError([{ path: file, expected: `<${name}> at the root`, got: `<${root?.name}>` }]);
  }

  get name(): string {
    return this.#element.name;
  }

  /** What was found that is not looked at. */
  get notes(): readonly string[] {
    return [...this.#source.notes];
  }

  note(text: string): void {
    this.#source.notes.add(text);
  }

  /** The elements inside, all of which are to have one of these names. */
  *children(...names: readonly string[]): Generator<XmlPlace> {
    for (const child of this.#element.children) {
      if (!(child instanceof XmlElement)) continue;
      const place = new XmlPlace(child, this.#source);
      if (names.includes(child.name)) yield place;
      else place.wrong(names.map((name) => `<${name}>`).join(' or '), `<${child.name}>`);
    }
  }

  /** Takes note of attributes with other names than these. */
  knows(attributes: ReadonlySet<string>): void {
    for (const name of Object.keys(this.#element.attributes)) {
      if (!attributes.has(name)) this.note(`the attribute ${name} of <${this.name}> is not looked at`);
    }
  }

  text(attribute: string, absent?: string): string {
    const value = this.#element.attributes[attribute] ?? absent;
    if (value === undefined) this.wrong(`the attribute ${attribute}`, 'nothing');
    return value ?? '';
  }

  /** A whole number between limits; the lower limit where it is wrong. */
  integer(attribute: string, atLeast: number, atMost: number, absent?: number): number {
    const text = this.#element.attributes[attribute];
    if (text === undefined && absent !== undefined) return absent;
    const value = /^\s*[+-]?\d+\s*$/.test(text ?? '') ? Number(text) : Number.NaN;
    if (value >= atLeast && value <= atMost) return value;
    this.wrong(`${attribute} from ${atLeast} to ${atMost}`, text === undefined ? 'nothing' : show(text));
    return atLeast;
  }

  /** One of some names; undefined where it is wrong. */
  oneOf<T extends string>(attribute: string, names: readonly T[]): T | undefined {
    const text = this.text(attribute);
    const name = names.find((one) => one === text);
    if (name === undefined) this.wrong(`${attribute}, one of ${names.join(', ')}`, show(text));
    return name;
  }

  wrong(expected: string, got: string, line = this.line): void {
    const { file, issues } = this.#source;
    issues.push({ path: `${file === '' ? '' : `${file}: `}line ${line}`, expected, got });
    if (issues.length === MOST_ISSUES) this.check();
  }

  /** @throws ConfigError with all that has been found wrong with the file, if anything. */
  check(): void {
    if (this.#source.issues.length > 0) throw new ConfigError(this.#source.issues);
  }
}

function parse(text: string, file: string) {
  try {
    return parseXml(text, { includeOffsets: true });
  } catch (error) {
    const isXml = error instanceof XmlError;
    const path = [file, isXml ? `line ${error.line}, column ${error.column}` : '']
      .filter((part) => part !== '')
      .join(': ');
    // Anything else is a stack that overflows.
    const got = isXml ? (error.message.split(' (line')[0] as string) : 'elements nested too deeply';
    throw new ConfigError([{ path, expected: 'an XML document', got }]);
  }
}

/** Comments, CDATA, declarations, and tags with their attributes. */
const MARKUP = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<[?!][^>]*>|<\/?[A-Za-z_](?:"[^"]*"|'[^']*'|[^>"'])*>/g;

/** Where the first element ends: loaders read no further. The end of the text where it does not. */
function endOfRoot(text: string): number {
  let depth = 0;
  for (const { 0: tag, index } of text.matchAll(MARKUP)) {
    if (tag.startsWith('<!') || tag.startsWith('<?')) continue;
    if (tag.startsWith('</')) depth--;
    else if (!tag.endsWith('/>')) depth++;
    if (depth <= 0) return index + tag.length;
  }
  return text.length;
}
