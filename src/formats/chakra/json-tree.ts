/** A JSON value and where it begins. */
export interface JsonNode {
  readonly start: number;
  readonly members: ReadonlyMap<string | number, JsonNode>;
}

/** Where a text stops being JSON. */
export interface JsonFault {
  readonly at: number;
  readonly expected: string;
}

/** `JSON.parse` checks the contents of strings. */
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const DEEPEST = 100;

/**
 * Finds where each value of a JSON text begins, or where the text is wrong, for error messages,
 * because `JSON.parse` reports neither.
 */
export function jsonTree(text: string): JsonNode | JsonFault {
  const walker = new Walker(text);
  try {
    return walker.value(0);
  } catch (error) {
    if (error instanceof Fault) return error.fault;
    throw error;
  }
}

class Fault extends Error {
  constructor(readonly fault: JsonFault) {
    super();
  }
}

class Walker {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): JsonNode {
    this.#skipSpace();
    const start = this.#at;
    const members = new Map<string | number, JsonNode>();
    const first = this.#text[start];
    if (depth > DEEPEST) throw this.#fault(`at most ${DEEPEST} levels`);
    if (first === '{') {
      this.#list('}', () => {
        const keyStart = this.#at;
        const key = this.#string('a key in double quotes');
        this.#skipSpace();
        this.#match(/:/y, 'a colon');
        // The place of the key, for unknown keys.
        members.set(key, { ...this.value(depth + 1), start: keyStart });
      });
    } else if (first === '[') {
      this.#list(']', () => {
        members.set(members.size, this.value(depth + 1));
      });
    } else if (first === '"') {
      this.#string('a value');
    } else {
      this.#match(SCALAR, 'a value');
    }
    return { start, members };
  }

  #list(close: '}' | ']', one: () => void): void {
    this.#at++;
    this.#skipSpace();
    if (this.#text[this.#at] !== close) {
      for (;;) {
        one();
        this.#skipSpace();
        if (this.#text[this.#at] !== ',') break;
        this.#at++;
        this.#skipSpace();
      }
      if (this.#text[this.#at] !== close) throw this.#fault(`a comma or ${close}`);
    }
    this.#at++;
  }

  #string(expected: string): string {
    const start = this.#at;
    const quoted = this.#match(STRING, expected);
    try {
      return JSON.parse(quoted);
    } catch {
      this.#at = start;
      throw this.#fault('a string as JSON has it');
    }
  }

  #match(pattern: RegExp, expected: string): string {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#text) ?? [];
    if (found === undefined) throw this.#fault(expected);
    this.#at += found.length;
    return found;
  }

  #skipSpace(): void {
    while (' \t\r\n'.includes(this.#text[this.#at] ?? 'x')) this.#at++;
  }

  #fault(expected: string): Fault {
    return new Fault({ at: this.#at, expected });
  }
}
