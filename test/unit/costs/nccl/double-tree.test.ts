import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ncclDoubleTree } from '../../../../src/costs/nccl/double-tree.js';

test('both trees reach every node once, and parents and children agree', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 600 }), (nodes) => {
      const places = Array.from({ length: nodes }, (_, node) => ncclDoubleTree(nodes, node));
      for (const tree of [0, 1] as const) {
        const of = (node: number) => (places[node] as (typeof places)[number])[tree];
        const roots = places.filter((pair) => pair[tree].parent === -1);
        expect(roots).toHaveLength(1);
        for (let node = 0; node < nodes; node++) {
          for (const child of of(node).children) if (child !== -1) expect(of(child).parent).toBe(node);
          const { parent, slot } = of(node);
          if (parent !== -1) expect(of(parent).children[slot]).toBe(node);
          // No deeper than a binary tree with one more node at the top.
          let depth = 0;
          for (let at = node; of(at).parent !== -1; at = of(at).parent) depth++;
          expect(depth).toBeLessThanOrEqual(Math.ceil(Math.log2(nodes)) + 1);
        }
      }
    }),
    { numRuns: 30 },
  );
});

test('with an even count nobody works in both trees', () => {
  for (let nodes = 4; nodes <= 64; nodes += 2) {
    for (let node = 1; node < nodes - 1; node++) {
      const [one, other] = ncclDoubleTree(nodes, node);
      const isInner = ({ children }: { children: readonly [number, number] }) => children.some((child) => child !== -1);
      expect(isInner(one) && isInner(other)).toBe(false);
    }
  }
});

test('a node that is not there is refused', () => {
  expect(() => ncclDoubleTree(0, 0)).toThrow(/nodes: expected a whole number/);
  expect(() => ncclDoubleTree(4, 4)).toThrow(/node: expected a whole number from 0 to 3, got 4/);
});
