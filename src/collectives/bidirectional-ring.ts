import type { AlgorithmDefinition } from './algorithm.js';
import { ring } from './ring.js';

/** Two rings at once, one each way, each with half of every chunk. Not in the reference. */
export const bidirectionalRing: AlgorithmDefinition = { ...ring, name: 'bidirectional-ring', bothWays: true };
