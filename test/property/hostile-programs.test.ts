import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StepBuilder } from '../../src/collectives/index.js';
import type { StepProgram } from '../../src/collectives/step-program.js';
import { ConfigError, SimulationError, simulateCollective } from '../../src/index.js';
import { nanIn } from '../support/hostile.js';

/** Lists of numbers in a program, wherever they are. */
const COLUMNS = [
  'first',
  'does',
  'peer',
  'meets',
  'bytes',
  'ns',
  'needs',
  'channel',
  'waiters.first',
  'waiters.steps',
  'cargo.first',
  'cargo.cells',
] as const;

function exchange(): StepProgram {
  const steps = new StepBuilder({ ranks: 2, blocks: 1 });
  for (const rank of [0, 1]) {
    const sent = steps.send(rank, 1 - rank, 0);
    const received = steps.receive(rank, 1 - rank, 1);
    const waited = steps.compute(rank, 5, { after: received });
    steps.reduce(rank, 1, 0, { after: [sent, waited] });
  }
  return steps.build();
}

/** Two messages alike in each direction, of different sizes, which are matched as they come. */
function onArrival(): StepProgram {
  const steps = new StepBuilder({ ranks: 2, blocks: 1, matching: 'on-arrival', sendsEnd: 'arrived' });
  for (const rank of [0, 1]) {
    for (const bytes of [10, 20]) {
      steps.send(rank, 1 - rank, 0, { bytes });
      steps.receive(rank, 1 - rank, 1, { bytes });
    }
    steps.send(rank, 1 - rank, 0, { bytes: 30 });
  }
  return steps.build();
}

const PROGRAMS = { exchange, 'on arrival': onArrival };

/** A copy in which one number of a column is another. */
function changed(program: StepProgram, column: string, at: number, value: number): StepProgram {
  const [key, inner] = column.split('.') as [string, string?];
  const part = Reflect.get(program, key);
  if (part === undefined) return program;
  const list = (inner === undefined ? part : Reflect.get(part, inner)) as Int32Array;
  const copy = list.slice();
  copy[at % Math.max(1, copy.length)] = value;
  return { ...program, [key]: inner === undefined ? copy : { ...part, [inner]: copy } } as StepProgram;
}

test.each(Object.entries(PROGRAMS))('what a builder makes of %s is taken, and so is a copy', (_, make) => {
  const program = make();
  const time = (given: StepProgram) =>
    simulateCollective({
      collective: 'all-reduce',
      topology: 'ring(2, 50 GB/s, 500 ns)',
      size: 1000,
      program: given,
      programClaim: 'unchecked',
    }).timeNs;
  expect(time({ ...program })).toBe(time(program));
});

test('a program of a caller, with numbers that cannot be: an error that says so, or an answer', () => {
  const arb = fc.record({
    make: fc.constantFrom(...Object.values(PROGRAMS)),
    changes: fc.array(
      fc.record({
        column: fc.constantFrom(...COLUMNS),
        at: fc.nat(40),
        value: fc.oneof(
          fc.integer({ min: -2, max: 9 }),
          fc.constantFrom(-(2 ** 31), 2 ** 31 - 1, Number.NaN, 0.5, 2 ** 53, Number.POSITIVE_INFINITY),
        ),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    network: fc.constantFrom('congestion-unaware', 'congestion-aware'),
    programClaim: fc.constantFrom('checked', 'unchecked'),
  } as const);
  let refused = 0;
  fc.assert(
    fc.property(arb, ({ make, changes, network, programClaim }) => {
      const program = changes.reduce((one, { column, at, value }) => changed(one, column, at, value), make());
      const topology = 'ring(2, 50 GB/s, 500 ns)';
      try {
        const result = simulateCollective({
          ...{ collective: 'all-reduce', topology, size: 1000, network, maxEvents: 10_000 },
          ...{ program, programClaim, timeline: true },
        });
        expect(nanIn(result)).toBeUndefined();
      } catch (error) {
        if (!(error instanceof ConfigError || error instanceof SimulationError)) throw error;
        refused++;
      }
    }),
    { numRuns: 3000 },
  );
  expect(refused).toBeGreaterThan(500);
});
