import { expect, test } from 'vitest';
import { isStepProgram, programIssues } from '../../../src/collectives/check-program.js';
import { StepBuilder } from '../../../src/collectives/step-builder.js';

function exchange() {
  const steps = new StepBuilder({ ranks: 2, blocks: 1 });
  for (const rank of [0, 1]) {
    steps.send(rank, 1 - rank, 0);
    steps.receive(rank, 1 - rank, 1);
  }
  return steps.build();
}

test('what a builder makes is a program', () => {
  expect(programIssues(exchange())).toEqual([]);
  expect(isStepProgram({ ...exchange(), alternate: exchange() })).toBe(true);
});

test('every column that is not one is told', () => {
  // Two ranks with a send and a receive each: four steps.
  const broken = { ...exchange(), peer: new Int32Array(3), bytes: [1, 1, 1, 1], ranks: 2.5 };
  expect(programIssues({ ...broken, ranks: 2 })).toMatchObject([
    { path: 'program.peer', expected: 'an Int32Array of 4' },
    { path: 'program.bytes', expected: 'a Float64Array of 4', got: 'a list of 4' },
  ]);
  expect(programIssues(broken)).toMatchObject([{ path: 'program.ranks', got: '2.5' }]);
  expect(programIssues({ ...exchange(), waiters: { first: new Int32Array(5), steps: new Int32Array(1) } })).toEqual([
    { path: 'program.waiters.first', expected: 'starts from 0 to 1', got: '"0 to 0"' },
  ]);
});
