// Node's way to mathjs: its single-file bundle, loaded on first use. Importing the
// package's modules instead costs half a second, which callers who only pass numbers
// would pay too. Package-internal import `#mathjs` picks this file or its neighbour.
import { createRequire } from 'node:module';
import type * as MathJs from 'mathjs';

export function loadMath(): typeof MathJs {
  return createRequire(import.meta.url)('mathjs/lib/browser/math.js') as typeof MathJs;
}
