// Everywhere but in Node: a static import that a bundler can follow.
import * as math from 'mathjs';

export function loadMath(): typeof math {
  return math;
}
