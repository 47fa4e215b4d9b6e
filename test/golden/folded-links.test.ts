import { expect, test } from 'vitest';
import { simulateCollective } from '../../src/index.js';
import { ownRows } from '../support/golden-folder.js';
import { collectiveOf, readRows } from '../support/golden-rows.js';

/** Of the rows that the reference answered: where one NPU stands for others, where it turned out not to, the rest. */
const FILES = [
  ['congestion-aware', { folded: 882, 'started over': 38, 'not folded': 81 }],
  ['congestion-aware-multidim', { folded: 587, 'started over': 63, 'not folded': 82 }],
] as const;

/** Every field of so many rows is compared with what all NPUs answer. */
const EVERY = 4;

test.each(FILES)('golden %s: how many rows fold', (file, expected) => {
  const counts = { folded: 0, 'started over': 0, 'not folded': 0 };
  for (const [i, row] of readRows(file).entries()) {
    if (row.outcome !== 'ok') continue;
    const spec = { ...collectiveOf(row), linkStatistics: true };
    const { engine, ...answer } = simulateCollective(spec);
    if (engine.reason.includes('at once')) counts['started over']++;
    else if (engine.reason.includes('every NPU')) counts['not folded']++;
    else {
      counts.folded++;
      if (i % EVERY === 0) {
        const { engine: _, ...all } = simulateCollective({ ...spec, folding: 'off' });
        expect(answer, row.id).toEqual(all);
      }
    }
  }
  process.stdout.write(`golden ${file}: ${JSON.stringify(counts)}\n`);
  if (ownRows) expect(counts).toEqual(expected);
});
