// The package's single-file build: its modules, hundreds of them, take a second to load.
import math from 'mathjs/lib/browser/math.js';

/** Parses an expression into mathjs's syntax tree. */
export const parse: (text: string) => unknown = math.parse;
