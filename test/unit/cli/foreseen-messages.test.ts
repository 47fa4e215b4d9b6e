import fc from 'fast-check';
import { expect, test } from 'vitest';
import { messagesOfCollective, messagesOfWorkload } from '../../../src/cli/foreseen-messages.js';
import { simulateAllReduce } from '../../../src/simulate.js';
import { simulateWorkload } from '../../../src/workload/simulate-workload.js';
import type { CollectiveNode, TransferNode } from '../../../src/workload/work-graph.js';

const dimension = fc.record({
  kind: fc.constantFrom('ring' as const, 'switch' as const, 'fully-connected' as const),
  npus: fc.constantFrom(2, 4, 8),
  bandwidth: fc.constant(50),
  latency: fc.constant(500),
});

test('an all-reduce by rings sends as many, one by another algorithm no more', () => {
  fc.assert(
    fc.property(
      fc.array(dimension, { minLength: 1, maxLength: 3 }),
      fc.constantFrom('ring' as const, 'direct' as const, 'halving-doubling' as const),
      fc.constantFrom(1, 2, 4),
      (topology, algorithms, splits) => {
        const spec = { topology, algorithms, splits, size: 2 ** 20, folding: 'off' } as const;
        const { messages } = simulateAllReduce({ ...spec, engine: 'message' }).engine;
        if (algorithms === 'ring') expect(messages).toBe(messagesOfCollective(spec));
        else expect(messages).toBeLessThanOrEqual(messagesOfCollective(spec));
      },
    ),
  );
});

test('none where the network cannot be read: that is reported with the rest', () => {
  expect(messagesOfCollective({ topology: 'ring(' })).toBe(0);
});

test('a workload: its sends, and its collectives once for all NPUs', () => {
  const common = { name: '', ns: 1, bytes: 2 ** 20 };
  const allReduce = (id: number): CollectiveNode => {
    return { ...common, id, dependsOn: [], kind: 'collective', collective: 'all-reduce' };
  };
  const transfer = (id: number, kind: 'send' | 'receive', peer: number): TransferNode => {
    return { ...common, id, dependsOn: [], kind, peer, tag: 0 };
  };
  const graphs = [
    { nodes: [allReduce(0), allReduce(1), transfer(2, 'send', 1)] },
    { nodes: [allReduce(0), allReduce(1), transfer(2, 'receive', 0)] },
  ];
  const spec = { topology: [{ kind: 'ring', npus: 2, bandwidth: 50, latency: 500 }], splits: 2, graphs } as const;
  // A ring of two: two messages of each NPU, of each of two chunks, of two collectives.
  expect(messagesOfWorkload(spec)).toBe(1 + 2 * (2 * 2 * 2));
  expect(simulateWorkload({ ...spec, folding: 'off' }).engine.messages).toBe(17);
  // All NPUs run one graph.
  expect(messagesOfWorkload({ ...spec, graphs: { nodes: [allReduce(0)] } })).toBe(8);
});
