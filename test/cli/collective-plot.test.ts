import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { simulateAllReduce } from '../../src/simulate.js';
import { cli } from './run.js';

let folder = '';
const at = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'collective-plot-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const TOPOLOGY = 'switch(8, 100 GB/s, 500 ns)';
const SIZES = [1024, 8192, 65536];
const ARGV = ['collective', '--topology', TOPOLOGY, '-b', '1K', '-e', '64K', '-f', '8'];
/** Twice as long as simulated, and a size more. */
const measured = [...SIZES, 524288].map((bytes) => [bytes, (2 * timeUs(bytes)).toFixed(3)] as const);

function timeUs(size: number): number {
  return simulateAllReduce({ topology: TOPOLOGY, size }).timeNs / 1000;
}

/** The points of a picture as their labels say them, in order. */
async function plotted(...more: readonly string[]) {
  const file = at('times.svg');
  const { code, err } = await cli(...ARGV, ...more, '--plot', file);
  expect([code, err]).toEqual([0, '']);
  const svg = readFileSync(file, 'utf8');
  const labels = [
    ...svg.matchAll(
      /aria-label="size, bytes: (\d+); time, us: ([\d.]+); times: (\w+)"[^>]*aria-roledescription="point"|aria-roledescription="point"[^>]*aria-label="size, bytes: (\d+); time, us: ([\d.]+); times: (\w+)"/g,
    ),
  ];
  const points = labels.map((all) => all.slice(1).filter((part) => part !== undefined));
  const words = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, word]) => word);
  return { svg, words, points: points.map(([bytes, us, of]) => [Number(bytes), Number(us), of]) };
}

describe('collective --plot', () => {
  const simulated = SIZES.map((bytes) => [bytes, timeUs(bytes), 'simulated']);

  test('has a point for each size, joined, with title and axes', async () => {
    const { svg, words, points } = await plotted();
    expect(points).toEqual(simulated);
    expect(words).toContain('all-reduce over 8 ranks: time over size');
    expect(words).toEqual(expect.arrayContaining(['size, bytes', 'time, us', 'simulated']));
    expect(words).not.toContain('measured');
    expect(svg.match(/class="mark-line[^"]*"/g)).toHaveLength(1);
  });

  test('--measured: a curve of its own, with all that was measured', async () => {
    const log = at('measured.log');
    const head = ['# name: made', '# collective: all_reduce', '# ranks: 8', '# columns: bytes time_us'];
    writeFileSync(log, [...head, ...measured.map((row) => row.join(' ')), ''].join('\n'));
    const { words, points } = await plotted('--measured', log);
    const beside = measured.map(([bytes, us]) => [bytes, Number(us), 'measured']);
    expect(points.toSorted()).toEqual([...simulated, ...beside].toSorted());
    expect(words).toContain('all-reduce over 8 ranks: time over size, beside made');
    expect(words).toEqual(expect.arrayContaining(['simulated', 'measured']));
  });
});
