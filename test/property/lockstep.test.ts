import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contended, everything, finish, inStep } from '../support/lockstep.js';

/** How many specs are tried; `npm run fuzz -- --only folding` tries some hundred a second. */
const RUNS = Number(process.env['LOCKSTEP_RUNS'] ?? 4000);
/** The same with links that messages contend for. */
const LINK_RUNS = Number(process.env['LOCKSTEP_LINK_RUNS'] ?? 2000);

test('one NPU for all, or every NPU: the same answer, deadlocks included', () => {
  fc.assert(
    fc.property(inStep, (spec) => {
      expect(finish(spec)).toEqual(finish({ ...spec, folding: 'off' }));
    }),
    { numRuns: RUNS },
  );
});

test('links of one NPU for those of all, or every link: the same answer in every field', () => {
  const counts = { folded: 0, 'started over': 0, 'not folded': 0 };
  fc.assert(
    fc.property(contended, (spec) => {
      const { reason, answer: folded } = everything(spec);
      if (reason.includes('for all')) counts.folded++;
      else if (reason.includes('at once')) counts['started over']++;
      else counts['not folded']++;
      // Else it was every NPU that answered.
      if (!reason.includes('every NPU')) expect(folded).toEqual(everything({ ...spec, folding: 'off' }).answer);
    }),
    { numRuns: LINK_RUNS },
  );
  process.stdout.write(`links: ${JSON.stringify(counts)}\n`);
  expect(counts.folded).toBeGreaterThan(LINK_RUNS / 4);
});
