import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
// Inside the project, where its dependencies are found.
const folder = mkdtempSync(join(root, 'test', '.new-kind-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a kind of dimension is added in one file: the example of docs/architecture.md', async () => {
  const [, example = ''] =
    /```ts kind\n([\s\S]*?)```/.exec(readFileSync(join(root, 'docs/architecture.md'), 'utf8')) ?? [];
  cpSync(join(root, 'src'), join(folder, 'src'), { recursive: true });
  const file = join(folder, 'src/topology/kinds.ts');
  const table = 'export const KINDS = {\n';
  const before = readFileSync(file, 'utf8');
  expect(before).toContain(table);
  const comment = before.lastIndexOf('/**', before.indexOf(table));
  writeFileSync(
    file,
    `${before.slice(0, comment)}${example}\n${before.slice(comment).replace(table, `${table}  'one-way': oneWay,\n`)}`,
  );
  const { simulateAllReduce, simulateAllToAll } = await import(join(folder, 'src/index.ts'));
  const topology = 'one-way(4, 1 GB/s, 5 ns)';
  const spec = { topology, size: 400, splits: 1, localMemoryBandwidth: 'unlimited' };
  // 10 + 6 steps of 100 bytes: 105 on the way, 10 behind it.
  expect(simulateAllReduce(spec).timeNs).toBe(10 + 6 * 115);
  expect(simulateAllReduce({ ...spec, network: 'congestion-aware' }).timeNs).toBe(10 + 6 * 115);
  // To the NPU 3 ahead there are 3 hops, not 1: 3 x 5 + 100 ns.
  expect(simulateAllToAll({ ...spec, algorithms: 'direct' }).timeNs).toBe(10 + 115 + 10);
  const aware = simulateAllToAll({ ...spec, algorithms: 'direct', network: 'congestion-aware', linkStatistics: true });
  // Every link carries 1 + 2 + 3 messages.
  expect(aware.links).toHaveLength(4);
  for (const { bytes, name } of aware.links) expect([bytes, name]).toEqual([600, '+1']);
  expect(aware.bounds.planNs).toBeGreaterThanOrEqual(600);
  expect(() => simulateAllReduce({ ...spec, topology: 'two-way(4, 1 GB/s, 5 ns)' })).toThrow(/one-way/);
});
