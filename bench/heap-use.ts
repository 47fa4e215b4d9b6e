// Run by the memory suite as a process of its own: `node --expose-gc heap-use.js SIDE`.
import { simulateAllReduce } from '../src/index.js';
import { hierarchy } from './specs.js';

/** Bytes per simulation. */
export interface HeapUse {
  readonly allocated: number;
  readonly retained: number;
}

/**
 * Results that are kept to weigh them: enough to drown what the process itself moves, and
 * enough for the optimising compiler to be done before allocations are counted.
 */
const KEPT = 3000;
/** Few enough that all they allocate fits in the young generation, so nothing is collected meanwhile. */
const COUNTED = 100;

const collect = globalThis.gc;
if (collect === undefined) throw new Error('needs --expose-gc');

/** Twice, as the first collection leaves what only finalisers let go of. */
function settled(): number {
  collect?.();
  collect?.();
  return used();
}

function used(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const spec = hierarchy(Number(process.argv[2]));
const results = Array.from({ length: 10 }, () => simulateAllReduce(spec));
const empty = settled();
for (let i = 0; i < KEPT; i++) results.push(simulateAllReduce(spec));
const retained = (settled() - empty) / KEPT;
const before = used();
for (let i = 0; i < COUNTED; i++) simulateAllReduce(spec);
const allocated = (used() - before) / COUNTED;
const use: HeapUse = { allocated: Math.round(allocated), retained: Math.round(retained) };
if (results.every(({ timeNs }) => timeNs > 0)) console.log(JSON.stringify(use));
