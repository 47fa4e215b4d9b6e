import { describe, expect, test } from 'vitest';
import { limitsOf } from '../../src/base/limits.js';
import { drain } from '../../src/base/slices.js';
import { chooseEngine } from '../../src/engine/choice.js';
import { playJob } from '../../src/engine/run.js';
import { prepare } from '../../src/simulate.js';
import { edgesOf } from '../../src/topology/edges-of.js';
import { graphNetwork } from '../../src/topology/graph-network.js';
import { gridNetwork } from '../../src/topology/grid-network.js';
import { ownRows } from '../support/golden-folder.js';
import { collectiveOf, readRows } from '../support/golden-rows.js';

/** Files and how many of their rows the reference answered. */
const FILES = [
  ['congestion-aware', 1001],
  ['congestion-aware-multidim', 732],
] as const;

describe.each(FILES)('the grids of golden %s as graphs', (file, count) => {
  test('all answers of the reference, on a list of links', () => {
    const answered = readRows(file).filter(({ outcome }) => outcome === 'ok');
    const wrong = answered
      .map((row) => {
        const { asked, job } = prepare(collectiveOf(row));
        const onGraph = { ...job, graph: graphNetwork(edgesOf(gridNetwork(job.dimensions))) };
        const run = drain(playJob(onGraph, drain(chooseEngine(onGraph, asked)), limitsOf({}), false));
        return { id: row.id, expected: row.finish, got: run.finishNsByNpu ?? run.finishNs };
      })
      .filter(({ expected, got }) => JSON.stringify(expected) !== JSON.stringify(got));
    expect(wrong).toEqual([]);
    if (ownRows) expect(answered.length).toBe(count);
  });
});
