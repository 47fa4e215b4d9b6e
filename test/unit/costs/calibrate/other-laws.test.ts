import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { calibrate } from '../../../../src/costs/calibrate/calibrate.js';
import type { NodesSamples } from '../../../../src/costs/calibrate/fit-nodes-law.js';
import { ncclMachineOf } from '../../../../src/costs/calibrate/known-machines.js';
import { quantile, samplesIn } from '../../../../src/costs/calibrate/measured-table.js';
import { OTHER_LAWS } from '../../../support/other-laws.js';
import { measuredTables } from './tables.js';

const page = readFileSync(new URL('../../../../docs/validation.md', import.meta.url), 'utf8');
const tables = new Map(measuredTables().map((table) => [table.name, table]));

function on(machine: string, nodes: number) {
  const table = tables.get(`abci-${machine}-${nodes}n-allreduce`);
  if (table === undefined) throw new Error(`no table of ${machine} on ${nodes} nodes`);
  return table;
}

/** Errors on a number of nodes, predicted from smaller ones, as the page has them. */
function errors(law: string, machine: string, seen: readonly number[], nodes: number): string {
  const measured = seen.map((one): NodesSamples => ({ nodes: one, samples: samplesIn(on(machine, one)) }));
  const predictUs = OTHER_LAWS[law]?.(measured, on(machine, seen[0] ?? 2));
  if (predictUs === undefined) return '–';
  const { bytes, timesUs } = samplesIn(on(machine, nodes));
  const percent = bytes.map((size, i) => 100 * Math.abs(predictUs(nodes, size) / (timesUs[i] ?? 0) - 1));
  return `${quantile(percent, 0.5).toFixed(1)} / ${quantile(percent, 0.9).toFixed(1)}`;
}

const CASES = [
  ['a100', [2, 4], 8],
  ['a100', [2], 8],
  ['v100', [2, 4], 8],
  ['v100', [2, 4, 8], 16],
] as const;

test('laws that were tried err as the page says, and none foretells the slow runs on eight A100 nodes', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| '));
  for (const law of Object.keys(OTHER_LAWS)) {
    const expected = CASES.map(([machine, seen, nodes]) => errors(law, machine, seen, nodes));
    expect(rows).toContain(`| ${[law, ...expected].join(' | ')} |`);
    expect(Number(expected[0]?.split(' / ')[1])).toBeGreaterThan(30);
  }
});

test('what does better on V100 errs more on the numbers of nodes that can be seen', () => {
  const counts = [2, 4, 8];
  const medians = counts.map((one) => {
    const others = counts.filter((other) => other !== one);
    return Number(errors('size by size, line over log2 m', 'v100', others, one).split(' / ')[0]);
  });
  const mean = (all: readonly number[]) => (all.reduce((sum, one) => sum + one, 0) / all.length).toFixed(1);
  const seen = counts.map((one) => on('v100', one));
  const machine = ncclMachineOf(seen[0] ?? on('v100', 2));
  const [kept] = calibrate(seen, machine === undefined ? {} : { machine }).acrossNodes;
  expect(page.replaceAll('\n', ' ')).toContain(
    `(${mean(medians)} % against ${mean(kept?.heldOut.map(({ medianPercent }) => medianPercent) ?? [])} %, mean of medians over`,
  );
});
