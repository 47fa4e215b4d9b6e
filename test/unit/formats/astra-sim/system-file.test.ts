import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../../src/base/errors.js';
import { machineOf, readSystemFile } from '../../../../src/formats/astra-sim/system-file.js';

const read = (file: unknown) => readSystemFile(file, 'system');

function issuesOf(file: unknown, path = 'system') {
  try {
    readSystemFile(file, path);
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
}

test('an empty file is one of defaults: those built into the reference', () => {
  const { system, warnings } = read({});
  expect(warnings).toEqual([]);
  expect(system).toMatchObject({ 'preferred-dataset-splits': 1, 'collective-optimization': 'baseline' });
  expect(machineOf(system)).toEqual({
    ...{ activeChunks: 1, scheduling: 'fifo', endpointDelay: 10, localMemoryBandwidth: 'unlimited' },
    ...{ interDimensionScheduling: 'ascending', intraDimensionScheduling: 'fifo' },
  });
});

describe('the end-point delay', () => {
  test('is cut to whole ns, with a warning', () => {
    const { system, warnings } = read({ 'endpoint-delay': 10.7 });
    expect(machineOf(system).endpointDelay).toBe(10);
    expect(warnings).toEqual([
      {
        code: 'reference-ignores',
        message: 'system key "endpoint-delay" is cut to whole ns: 10 instead of 10.7',
        data: { given: 10.7, used: 10 },
      },
    ]);
  });

  test('is cut before it is scaled, and again after', () => {
    // trunc(trunc(10.7) * 1.55) = trunc(15.5), not trunc(16.585).
    expect(machineOf(read({ 'endpoint-delay': 10.7 }).system, 1.55).endpointDelay).toBe(15);
  });
});

describe('orders that the reference ignores', () => {
  test('are honoured, with a warning each', () => {
    const file = { 'inter-dimension-scheduling': 'offlineGreedyFlex', 'intra-dimension-scheduling': 'SCF' };
    const { system, warnings } = read(file);
    expect(machineOf(system)).toMatchObject({
      ...{ interDimensionScheduling: 'themis-flex', intraDimensionScheduling: 'smallest-first' },
    });
    expect(warnings.map(({ code, data }) => [code, data])).toEqual([
      ['reference-ignores', { key: 'inter-dimension-scheduling' }],
      ['reference-ignores', { key: 'intra-dimension-scheduling' }],
    ]);
  });

  test('unknown names are ignored, as there', () => {
    const { system, warnings } = read({ 'inter-dimension-scheduling': 'online', 'intra-dimension-scheduling': 'RR' });
    expect(machineOf(system)).toMatchObject({
      interDimensionScheduling: 'ascending',
      intraDimensionScheduling: 'fifo',
    });
    expect(warnings.map(({ data }) => data)).toEqual([
      { key: 'inter-dimension-scheduling', name: 'online' },
      { key: 'intra-dimension-scheduling', name: 'RR' },
    ]);
  });

  test('the file is not changed', () => {
    const file = { 'inter-dimension-scheduling': 'online' };
    read(file);
    expect(file).toEqual({ 'inter-dimension-scheduling': 'online' });
  });
});

test.each([1, true])('a shared bus (%o) is not modelled: an error', (value) => {
  expect(issuesOf({ 'model-shared-bus': value })).toEqual([
    { path: 'system.model-shared-bus', expected: expect.stringMatching(/^0: .*\bL, o, g, G\b/), got: String(value) },
  ]);
});

test.each([0, false])('without it (%o) the key is dead, as are those of its costs', (value) => {
  const { warnings } = read({ 'model-shared-bus': value, L: 1, o: 2, g: 3, G: 0.5 });
  expect(warnings.map(({ code, data }) => [code, data['key']]).sort()).toEqual(
    ['G', 'L', 'g', 'model-shared-bus', 'o'].map((key) => ['dead-key', key]),
  );
});

test('a peak of 0 is fine while nothing asks for it', () => {
  expect(issuesOf({ 'peak-perf': 0 })).toEqual([]);
  expect(issuesOf({ 'peak-perf': -1 })).toMatchObject([{ path: 'system.peak-perf' }]);
});

test('everything that is wrong at once, named as in the file', () => {
  const wrong = { 'scheduling-policy': 'fifo', 'local-mem-bw': 0, 'all-gather-implementation': ['ring', 'rung'] };
  expect(
    issuesOf(wrong)
      .map(({ path }) => path)
      .sort(),
  ).toEqual(['system.all-gather-implementation[1]', 'system.local-mem-bw', 'system.scheduling-policy']);
  expect(issuesOf(null)).toMatchObject([{ path: 'system' }]);
  expect(issuesOf([], 'sys.json')).toMatchObject([{ path: 'sys.json' }]);
});
