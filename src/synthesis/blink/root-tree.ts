import type { Cable } from '../../bounds/tree-packing-bound.js';
import type { TreeEdge, TreePair } from '../forestcoll/forest.js';
import type { CableTree } from './cable-trees.js';

/** Gives an undirected tree a root in its middle, which makes it as shallow as it can be. */
export function rootTree(npus: number, cables: readonly Cable[], { weight, cables: used }: CableTree): TreePair {
  const down: TreeEdge[] = [];
  const up: TreeEdge[] = [];
  for (const { cable, from, to } of awayFromMiddle(npus, cables, used)) {
    const { a, there, back } = cables[cable] as Cable;
    const isThere = from === a;
    down.push({ from, to, path: [isThere ? there : back] });
    up.push({ from: to, to: from, path: [isThere ? back : there] });
  }
  return { root: down[0]?.from ?? 0, weight, up: up.toReversed(), down };
}

interface CableStep {
  readonly cable: number;
  readonly from: number;
  readonly to: number;
}

/** The cables of a tree in the order of a walk, breadth first, from a middle of its longest path. */
function awayFromMiddle(npus: number, cables: readonly Cable[], used: readonly number[]): CableStep[] {
  const at: CableStep[][] = Array.from({ length: npus }, () => []);
  for (const cable of used) {
    const { a, b } = cables[cable] as Cable;
    at[a]?.push({ cable, from: a, to: b });
    at[b]?.push({ cable, from: b, to: a });
  }
  const walk = (start: number): CableStep[] => {
    const steps: CableStep[] = [];
    const queue: { npu: number; before: number }[] = [{ npu: start, before: -1 }];
    for (const { npu, before } of queue) {
      for (const step of at[npu] ?? []) {
        if (step.to === before) continue;
        steps.push(step);
        queue.push({ npu: step.to, before: npu });
      }
    }
    return steps;
  };
  // The farthest from any place is an end of a longest path; the farthest from there the other.
  const end = walk(0).at(-1)?.to ?? 0;
  const steps = walk(end);
  const before = new Map(steps.map(({ from, to }) => [to, from]));
  const path = [steps.at(-1)?.to ?? 0];
  for (let npu = before.get(path[0] as number); npu !== undefined; npu = before.get(npu)) path.push(npu);
  return walk(path[path.length >> 1] as number);
}
