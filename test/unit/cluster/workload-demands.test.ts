import { describe, expect, test } from 'vitest';
import { allocateBandwidth, judgeAllocation } from '../../../src/cluster/index.js';
import type { WorkGraph, WorkNode } from '../../../src/workload/work-graph.js';
import { pathsOf } from '../../support/issue-paths.js';

const dimensions = [{ npus: 4 }, { npus: 2 }];
const collective = (id: number, more: object = {}): WorkNode => ({
  ...{ id, name: `c${id}`, dependsOn: [], ns: 1, kind: 'collective', collective: 'all-reduce', bytes: 800 },
  ...more,
});
const graph = (...nodes: WorkNode[]): WorkGraph => ({ nodes });
const compute: WorkNode = { id: 99, name: 'x', dependsOn: [], ns: 5, kind: 'compute' };

describe('the collectives of a workload', () => {
  test('are what the network has to carry, those that are alike counted', () => {
    const workload = graph(
      collective(0),
      collective(1),
      collective(2, { involvedDimensions: [true, false] }),
      collective(3, { group: 'columns', collective: 'all-gather', bytes: 100 }),
      compute,
    );
    const collectives = [
      { collective: 'all-reduce', bytes: 800, sizes: [4, 2], count: 2 },
      { collective: 'all-reduce', bytes: 800, sizes: [4, 1], count: 1 },
      { collective: 'all-gather', bytes: 100, sizes: [1, 2], count: 1 },
    ] as const;
    // NPUs 1 and 5 differ in the second dimension alone.
    const asked = { dimensions, total: 100 };
    expect(allocateBandwidth({ ...asked, workload, groups: { columns: [1, 5] } })).toEqual(
      allocateBandwidth({ ...asked, collectives }),
    );
  });

  test('can be judged', () => {
    const wired = dimensions.map(({ npus }) => ({ npus, kind: 'ring' as const, latency: 0 }));
    const asked = { dimensions: wired, total: 100, maxEvaluations: 1 };
    const collectives = [{ collective: 'all-reduce', bytes: 800, sizes: [4, 2], count: 1 }] as const;
    expect(judgeAllocation({ ...asked, workload: graph(collective(0)) })).toEqual(
      judgeAllocation({ ...asked, collectives }),
    );
  });

  test.each<[string, object, string[]]>([
    ['both', { workload: graph(collective(0)), collectives: [] }, ['collectives']],
    ['neither', {}, ['collectives']],
    ['groups alone', { groups: {}, collectives: [{ bytesPerDimension: [1, 1] }] }, ['groups']],
    ['no collectives', { workload: graph(compute) }, ['workload']],
    ['no graph', { workload: 7 }, ['workload.nodes']],
    ['a node that waits for itself', { workload: graph(collective(0, { dependsOn: [0] })) }, ['workload: node 0']],
    ['an unknown group', { workload: graph(collective(0, { group: 'x' })) }, ['workload: node 0']],
    [
      'a group that is no part of the grid',
      { workload: graph(collective(0, { group: 'x' })), groups: { x: [0, 5] } },
      ['workload: node 0'],
    ],
    [
      'a group of NPUs that are not there',
      { workload: graph(collective(0, { group: 'x' })), groups: { x: [8, 9] } },
      ['workload: node 0'],
    ],
    ['no bytes', { workload: graph(collective(0, { bytes: 0 })) }, ['workload: node 0']],
    ['groups that are none', { workload: graph(collective(0)), groups: { x: 3 } }, ['groups.x']],
  ])('%s is an error', (_, wrong, paths) => {
    expect(pathsOf(() => allocateBandwidth({ dimensions, total: 100, ...wrong }))).toEqual(paths);
  });
});
