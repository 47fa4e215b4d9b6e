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

test('what the columns of a copy say is looked at, and what cannot be is told', () => {
  const told = (changes: object) => programIssues({ ...exchange(), ...changes });
  // Rank 0 has steps 0 (send to 1) and 1 (receive from 1), rank 1 steps 2 and 3; 0 meets 3, and 2 meets 1.
  expect(told({})).toEqual([]);
  expect(told({ peer: Int32Array.of(1, 1, 0, 7) })).toMatchObject([
    { path: 'program.peer[3]', expected: 'a rank from 0 to 1', got: '7' },
  ]);
  expect(told({ meets: Int32Array.of(1, 1, 1, 3) })).toMatchObject([
    { path: 'program.meets[0]', expected: 'a receive of rank 1 from rank 0 that meets itself', got: '1' },
    { path: 'program.meets[3]', expected: 'as many sends as receives' },
  ]);
  expect(told({ bytes: Float64Array.of(1, Number.NaN, 1, 1) })).toMatchObject([{ path: 'program.bytes[1]' }]);
  expect(told({ needs: Int32Array.of(0, 1, 0, 0) })).toMatchObject([
    { path: 'program.needs[1]', expected: '0, as often as it waits', got: '1' },
  ]);
  expect(told({ first: Int32Array.of(0, 5, 4) })).toMatchObject([{ path: 'program.first[2]' }]);
  // Each receive before the send of its rank, whose message the other rank's receive waits for.
  const waiters = { first: Int32Array.of(0, 0, 1, 1, 2), steps: Int32Array.of(0, 2) };
  const [issue] = told({ waiters, needs: Int32Array.of(1, 0, 1, 0) });
  expect(issue).toMatchObject({ expected: 'a step that can run' });
});

test('columns of a program that a builder has made cannot be replaced, and are not looked at again', () => {
  const program = exchange();
  expect(Object.isFrozen(program)).toBe(true);
  program.bytes[0] = Number.NaN;
  expect(programIssues(program)).toEqual([]);
  expect(programIssues({ ...program })).toHaveLength(1);
});
