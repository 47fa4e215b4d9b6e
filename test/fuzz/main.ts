// `npm run fuzz -- --minutes M --seed S [--only TEXT]`: tries to break the simulator, kind by kind
// in turn, until the time is up; prints counts, and the smallest input of whatever breaks.
import { parseArgs } from 'node:util';
import type { Failure, Kind } from './kind.js';
import { fileKinds } from './kinds/files.js';
import { mishapKinds } from './kinds/mishaps.js';
import { processKinds } from './kinds/processes.js';
import { specKinds } from './kinds/specs.js';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    round: { type: 'string', default: '0' },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
const from = Number(values.round);
if (!(minutes > 0) || !Number.isSafeInteger(seed) || !Number.isSafeInteger(from)) {
  console.error('usage: npm run fuzz -- [--minutes M] [--seed S] [--only TEXT] [--round R]');
  process.exit(2);
}

// Whoever started this has ended: nobody reads on, and nothing that it started shall stay.
process.on('disconnect', () => process.kill(-process.pid, 'SIGKILL'));
process.channel?.unref();

const kinds = [...specKinds, ...fileKinds, ...processKinds, ...mishapKinds].filter(({ name }) =>
  name.includes(values.only),
);
const counts = new Map<Kind, { runs: number; failures: number }>();
const until = performance.now() + minutes * 60_000;
/** Failures of a kind after which it has said enough. */
const ENOUGH = 3;

for (let round = from; performance.now() < until; round++) {
  for (const [i, kind] of kinds.entries()) {
    if (performance.now() >= until) break;
    const count = counts.get(kind) ?? { runs: 0, failures: 0 };
    counts.set(kind, count);
    if (count.failures >= ENOUGH) continue;
    // What a round tries depends on the seed alone, not on how fast the machine is.
    const { runs, failure } = await kind.run((seed * 1_000_003 + round * 1009 + i * 17) | 0);
    count.runs += runs;
    if (failure === undefined) continue;
    count.failures++;
    print(kind, failure, round);
  }
}

let failures = 0;
for (const [{ name }, count] of counts) {
  failures += count.failures;
  console.log(`${String(count.runs).padStart(8)}  ${String(count.failures).padStart(3)} failed  ${name}`);
}
console.log(failures === 0 ? 'nothing broke' : `${failures} failures`);
process.exitCode = failures === 0 ? 0 : 1;

function print({ name }: Kind, { message, input }: Failure, round: number): void {
  console.log(`\nFAILED ${name}`);
  console.log(`  ${message.split('\n').slice(0, 6).join('\n  ')}`);
  console.log(`  smallest input: ${input}`);
  console.log(`  again: npm run fuzz -- --seed ${seed} --round ${round} --only '${name}'\n`);
}
