import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/base/errors.js';
import type { StepBuilderOptions } from '../../../src/collectives/builder-options.js';
import { sizedProgram, withBlockBytes } from '../../../src/collectives/sized-program.js';
import { StepBuilder } from '../../../src/collectives/step-builder.js';
import { COMPUTE, RECEIVE, REDUCE, SEND } from '../../../src/collectives/step-program.js';
import { verify } from '../../../src/collectives/verify/verify.js';

const builder = (options: Partial<StepBuilderOptions> = {}) => new StepBuilder({ ranks: 2, blocks: 1, ...options });

/** Two ranks swap and add. */
function exchange(options: Partial<StepBuilderOptions> = {}) {
  const steps = builder(options);
  for (const rank of [0, 1]) {
    const sent = steps.send(rank, 1 - rank, 0);
    const received = steps.receive(rank, 1 - rank, 1);
    // Not before the cell has been sent that it changes.
    steps.reduce(rank, 1, 0, { after: [sent, received] });
  }
  return steps;
}

const issuesOf = (build: () => unknown) => {
  try {
    build();
  } catch (error) {
    if (error instanceof ConfigError)
      return error.issues.map(({ path, expected, got }) => `${path}: ${expected}, ${got}`);
    throw error;
  }
  return [];
};

describe('columns', () => {
  test('of an exchange', () => {
    const program = exchange({ blockBytes: 100 }).build();
    expect(program).toMatchObject({
      ...{ kind: 'steps', ranks: 2, sendsEnd: 'issued', paysEndpoint: true },
      first: Int32Array.of(0, 3, 6),
      does: Uint8Array.of(SEND, RECEIVE, REDUCE, SEND, RECEIVE, REDUCE),
      peer: Int32Array.of(1, 1, -1, 0, 0, -1),
      // The send of one rank meets the receive of the other.
      meets: Int32Array.of(4, 1, -1, 1, 4, -1),
      bytes: Float64Array.of(100, 100, 100, 100, 100, 100),
      ns: new Float64Array(0),
      needs: Int32Array.of(0, 0, 2, 0, 0, 2),
      waiters: { first: Int32Array.of(0, 1, 2, 2, 3, 4, 4), steps: Int32Array.of(2, 2, 5, 5) },
      // A send reads cell 0, a receive writes cell 1, a reduction adds 1 and 0 into 0.
      cargo: { first: Int32Array.of(0, 1, 2, 5, 6, 7, 10), cells: Int32Array.of(0, 1, 1, 0, 0, 0, 1, 1, 0, 0) },
    });
  });

  test('steps are grouped by rank, whatever the order of adding', () => {
    const steps = builder();
    const late = steps.compute(1, 7);
    steps.compute(0, 5);
    steps.compute(1, 9, { after: late });
    expect(steps.build()).toMatchObject({
      first: Int32Array.of(0, 1, 3),
      does: Uint8Array.of(COMPUTE, COMPUTE, COMPUTE),
      ns: Float64Array.of(5, 7, 9),
      needs: Int32Array.of(0, 0, 1),
      waiters: { first: Int32Array.of(0, 0, 1, 1), steps: Int32Array.of(2) },
    });
  });

  test('messages of one channel are matched in order, channels apart', () => {
    const steps = builder();
    for (const channel of [0, 1, 0]) steps.send(0, 1, 0, { channel });
    for (const channel of [1, 0, 0]) steps.receive(1, 0, 0, { channel });
    expect(steps.build().meets).toEqual(Int32Array.of(4, 3, 5, 3, 4, 5));
  });

  test('matched on arrival, the first receive stands for all that are alike', () => {
    const steps = builder({ matching: 'on-arrival' });
    for (let i = 0; i < 3; i++) steps.send(0, 1, 0);
    for (let i = 0; i < 2; i++) steps.receive(1, 0, 0);
    // The last message has no receive.
    expect(steps.build().meets).toEqual(Int32Array.of(3, 3, -1, 3, 3));
  });

  test('a program in blocks gets its bytes', () => {
    expect(withBlockBytes(exchange().build(), 50).bytes[0]).toBe(50);
    // 101 bytes in 2 blocks: 51 each; an all-gather's 2 blocks are one a rank.
    const two = exchange({ blocks: 2 }).build();
    expect(sizedProgram(two, 'all-reduce', 101).bytes[0]).toBe(51);
    expect(sizedProgram(two, 'all-gather', 101).bytes[0]).toBe(101);
    expect(() => withBlockBytes(two, 2 ** 53)).toThrow('size: expected messages of fewer than 2^53 bytes, got more');
  });
});

describe('what is wrong, all at once', () => {
  test('ranks, peers, sizes, times, dependencies', () => {
    const steps = builder();
    steps.send(0, 2, 0);
    steps.receive(7, 0, 0);
    steps.send(0, 1, 0, { bytes: 0.5 });
    steps.compute(0, -1);
    steps.copy(1, [0, 1], [2], { after: 0 });
    expect(issuesOf(() => steps.build())).toEqual([
      'step 0 (send, rank 0): a peer from 0 to 1, 2',
      'step 1 (receive, rank 7): a rank from 0 to 1, 7',
      'step 2 (send, rank 0): a whole number of bytes, at least 0, below 2^53, 0.5',
      'step 3 (compute, rank 0): whole ns, at least 0, below 2^53, -1',
      'step 4 (copy, rank 1): 2 cells on each side, 1',
      'step 4 (copy, rank 1): to wait for steps of rank 1, step 0 of rank 0',
    ]);
    expect(issuesOf(() => builder({ ranks: 0 }))).toEqual(['ranks: a whole number from 1 to 268435456, 0']);
  });

  test('messages without a counterpart, or of another size', () => {
    const steps = builder();
    steps.send(0, 1, 0);
    steps.receive(0, 1, 0);
    expect(issuesOf(() => steps.build())).toEqual([
      'step 0 (send, rank 0): a receive for every message, none for this one',
      'step 1 (receive, rank 0): a message to receive, none that is sent',
    ]);
    const sizes = builder();
    sizes.send(0, 1, [0, 1]);
    sizes.receive(1, 0, 0);
    expect(issuesOf(() => sizes.build())).toEqual([
      'step 1 (receive, rank 1): a message of 1 blocks, one of 2, from step 0 (send, rank 0)',
    ]);
  });

  test('circles, of a rank and through messages', () => {
    const steps = builder();
    const a = steps.compute(0, 1);
    steps.require(a, steps.compute(0, 1, { after: a }));
    expect(issuesOf(() => steps.build())).toEqual([
      'step 0 (compute, rank 0): a step that can run, one that waits for step 1 (compute, rank 0), which waits for it in turn',
      'step 1 (compute, rank 0): a step that can run, one that waits for step 0 (compute, rank 0), which waits for it in turn',
    ]);
    const crossed = builder();
    for (const rank of [0, 1]) crossed.send(rank, 1 - rank, 0, { after: crossed.receive(rank, 1 - rank, 0) });
    expect(issuesOf(() => crossed.build())).toHaveLength(4);
    const itself = builder();
    const only = itself.compute(0, 1);
    itself.require(only, only);
    expect(issuesOf(() => itself.build())).toEqual([
      'step 0 (compute, rank 0): a step that can run, one that waits for itself',
    ]);
  });
});

describe('verify', () => {
  test('an exchange is an all-reduce', () => {
    expect(verify(exchange().build(), 'all-reduce')).toEqual([]);
  });

  test('without the reductions it is not', () => {
    const steps = builder();
    for (const rank of [0, 1]) steps.receive(rank, 1 - rank, 0, { after: steps.send(rank, 1 - rank, 0) });
    expect(verify(steps.build(), 'all-reduce').map(({ path, expected, got }) => [path, expected, got])).toEqual([
      ['rank 0, block 0 of the output', 'the sum of block 0 of ranks 0, 1', 'block 0 of rank 1'],
      ['rank 1, block 0 of the output', 'the sum of block 0 of ranks 0, 1', 'block 0 of rank 0'],
    ]);
  });

  test('a reduction that does not wait for the send of what it changes is found in one of the two orders', () => {
    const steps = builder();
    for (const rank of [0, 1]) {
      steps.send(rank, 1 - rank, 0);
      steps.reduce(rank, 1, 0, { after: steps.receive(rank, 1 - rank, 1) });
    }
    expect(verify(steps.build(), 'all-reduce')).toMatchObject([
      {
        path: 'rank 1, step 2 (reduce)',
        expected: 'to add what is not in the sum yet',
        hint: expect.stringMatching(/^only if/),
      },
    ]);
  });

  test('a reduction that does not wait for what it adds is found in one of the two orders', () => {
    const steps = builder();
    for (const rank of [0, 1]) {
      steps.send(rank, 1 - rank, 0);
      steps.receive(rank, 1 - rank, 1);
      steps.reduce(rank, 1, 0);
    }
    expect(verify(steps.build(), 'all-reduce')[0]).toMatchObject({
      expected: 'cells that hold something',
      got: 'cell 1, never written',
    });
  });

  test('what is added twice', () => {
    const steps = builder();
    for (const rank of [0, 1]) {
      const sent = steps.send(rank, 1 - rank, 0);
      const received = steps.receive(rank, 1 - rank, 1);
      const once = steps.reduce(rank, 1, 0, { after: [sent, received] });
      steps.reduce(rank, 1, 0, { after: once });
    }
    expect(verify(steps.build(), 'all-reduce')[0]).toMatchObject({
      path: 'rank 0, step 3 (reduce)',
      expected: 'to add what is not in the sum yet',
      got: 'block 0 of rank 1 plus the sum of block 0 of ranks 0, 1: block 0 of rank 1 twice',
    });
  });

  test('needs to know which blocks move, how many there are, and that they can be shared out', () => {
    const silent = new StepBuilder({ ranks: 2 });
    expect(verify(silent.build(), 'all-reduce')[0]?.expected).toBe('steps that say which blocks move');
    expect(verify(builder({ blocks: 3 }).build(), 'all-gather')[0]?.expected).toBe('blocks, a multiple of the 2 ranks');
    expect(verify(builder({ blocks: 2 ** 22 }).build(), 'all-gather')[0]?.expected).toMatch(/at most/);
  });

  test('without a claim only reads are looked at', () => {
    const steps = builder();
    steps.receive(1, 0, 0, { after: steps.copy(1, 0, 1) });
    steps.send(0, 1, 0);
    expect(verify(steps.build(), undefined)).toEqual([]);
  });
});
