import type { LinkedCable } from '../../bounds/tree-packing-bound.js';
import type { TreeEdge, TreePair } from '../forestcoll/forest.js';
import { joinRoutes, type Route } from '../forestcoll/routes.js';
import type { CableTree } from './cable-trees.js';

/**
 * Gives undirected trees a root in their middle, which makes them as shallow as they can be, and lays them over links. A
 * tree that no single link of a cable is wide enough for splits into lighter ones.
 */
export function rootTrees(
  npus: number,
  cables: readonly LinkedCable[],
  trees: readonly CableTree[],
  shares: readonly number[],
): TreePair[] {
  const lanes = cables.map(({ there, back }) => {
    const [forth, home] = [there, back].map((links) =>
      links.map((link): Route => ({ path: [link], units: shares[link] as number })).filter(({ units }) => units > 0),
    ) as [Route[], Route[]];
    return joinRoutes(forth, home);
  });
  const pairs: TreePair[] = [];
  for (const { weight, cables: used } of trees) {
    const edges = awayFromMiddle(npus, cables, used);
    for (let left = weight; left > 0; ) {
      const chosen = new Map(used.map((cable) => [cable, widest(lanes[cable] as Route[])]));
      const units = Math.min(left, ...[...chosen.values()].map((lane) => lane.units));
      for (const lane of chosen.values()) lane.units -= units;
      left -= units;
      const down: TreeEdge[] = [];
      const up: TreeEdge[] = [];
      for (const { cable, from, to } of edges) {
        const [there, back] = (chosen.get(cable) as Route).path as [number, number];
        const isThere = from === cables[cable]?.a;
        down.push({ from, to, path: [isThere ? there : back] });
        up.push({ from: to, to: from, path: [isThere ? back : there] });
      }
      pairs.push({ root: edges[0]?.from ?? 0, weight: units, up: up.toReversed(), down });
    }
  }
  return pairs;
}

interface CableStep {
  readonly cable: number;
  readonly from: number;
  readonly to: number;
}

/** The cables of a tree in the order of a walk, breadth first, from a middle of its longest path. */
function awayFromMiddle(npus: number, cables: readonly LinkedCable[], used: readonly number[]): CableStep[] {
  const at: CableStep[][] = Array.from({ length: npus }, () => []);
  for (const cable of used) {
    const { a, b } = cables[cable] as LinkedCable;
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

function widest(routes: readonly Route[]): Route {
  return routes.reduce((best, route) => (route.units > best.units ? route : best));
}
