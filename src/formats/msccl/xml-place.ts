import { parseXml, XmlElement, XmlError } from '@rgrove/parse-xml';
import { ConfigError, type Issue, show } from '../../base/errors.js';

/** Most issues to report before reading gives up. */
const MOST_ISSUES = 20;

/** State of reading one file. */
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

/** An element of an XML file. Collects faults, which {@link XmlPlace.check} reports. */
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
      source.notes.add(`everything after the first element, from line ${source.lineOf(end)} on, is ignored`);
    }
    const { root } = parse(normal, file);
    if (root?.name === name) return new XmlPlace(root, source);
    throw new ConfigError([{ path: file, expected: `<${name}> at the root`, got: `<${root?.name}>` }]);
  }

  get name(): string {
    return this.#element.name;
  }

  /** What the reader found and ignored. */
  get notes(): readonly string[] {
    return [...this.#source.notes];
  }

  note(text: string): void {
    this.#source.notes.add(text);
  }

  /** The child elements, all of which must have one of these names. */
  *children(...names: readonly string[]): Generator<XmlPlace> {
    for (const child of this.#element.children) {
      if (!(child instanceof XmlElement)) continue;
      const place = new XmlPlace(child, this.#source);
      if (names.includes(child.name)) yield place;
      else place.wrong(names.map((name) => `<${name}>`).join(' or '), `<${child.name}>`);
    }
  }

  /** Notes attributes with other names than these. */
  knows(attributes: ReadonlySet<string>): void {
    for (const name of Object.keys(this.#element.attributes)) {
      if (!attributes.has(name)) this.note(`the attribute ${name} of <${this.name}> is ignored`);
    }
  }

  text(attribute: string, absent?: string): string {
    const value = this.#element.attributes[attribute] ?? absent;
    if (value === undefined) this.wrong(`the attribute ${attribute}`, 'nothing');
    return value ?? '';
  }

  /** A whole number between limits; the lower limit if it is wrong. */
  integer(attribute: string, atLeast: number, atMost: number, absent?: number): number {
    const text = this.#element.attributes[attribute];
    if (text === undefined && absent !== undefined) return absent;
    const value = /^\s*[+-]?\d+\s*$/.test(text ?? '') ? Number(text) : Number.NaN;
    if (value >= atLeast && value <= atMost) return value;
    this.wrong(`${attribute} from ${atLeast} to ${atMost}`, text === undefined ? 'nothing' : show(text));
    return atLeast;
  }

  /** Whole numbers between limits, separated by spaces; undefined if the attribute is absent. */
  integers(attribute: string, atLeast: number, atMost: number): number[] | undefined {
    const text = this.#element.attributes[attribute];
    if (text === undefined) return undefined;
    const values = text
      .split(/\s+/)
      .flatMap((word) => (word === '' ? [] : [/^\d+$/.test(word) ? Number(word) : Number.NaN]));
    if (values.every((value) => value >= atLeast && value <= atMost)) return values;
    this.wrong(`${attribute}, whole numbers from ${atLeast} to ${atMost} with spaces between`, show(text));
    return [];
  }

  /** One of some names; undefined if it is wrong. */
  oneOf<T extends string>(attribute: string, names: readonly T[], fallback?: T): T | undefined {
    const text = this.text(attribute, fallback);
    const name = names.find((one) => one === text);
    if (name === undefined) this.wrong(`${attribute}, one of ${names.join(', ')}`, show(text));
    return name;
  }

  wrong(expected: string, got: string, line = this.line): void {
    const { file, issues } = this.#source;
    issues.push({ path: `${file === '' ? '' : `${file}: `}line ${line}`, expected, got });
    if (issues.length === MOST_ISSUES) this.check();
  }

  /** @throws ConfigError with all faults found in the file, if any. */
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
    // Any other error is a stack overflow.
    const got = isXml ? (error.message.split(' (line')[0] as string) : 'elements nested too deeply';
    throw new ConfigError([{ path, expected: 'an XML document', got }]);
  }
}

/** Comments, CDATA, declarations, and tags with their attributes. */
const MARKUP = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<[?!][^>]*>|<\/?[A-Za-z_](?:"[^"]*"|'[^']*'|[^>"'])*>/g;

/** Where the first element ends, because loaders read no further; the end of the text if it does not end. */
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
