import { expect, test } from 'vitest';
import { ConfigError } from '../../../../src/base/errors.js';
import { readRemoteMemoryFile } from '../../../../src/formats/astra-sim/remote-memory-file.js';

const read = (file: unknown) => readRemoteMemoryFile(file, 'remoteMemory');

function pathsOf(file: unknown): string[] {
  try {
    read(file);
  } catch (error) {
    if (error instanceof ConfigError) return error.issues.map(({ path }) => path);
    throw error;
  }
  return [];
}

test.each([
  ['PER_NPU_MEMORY_EXPANSION', 'per-npu'],
  ['PER_NODE_MEMORY_EXPANSION', 'per-node'],
  ['MEMORY_POOL', 'pool'],
])('%s', (type, kind) => {
  const file = { 'memory-type': type, 'remote-mem-latency': 100, 'remote-mem-bw': 50, 'num-npus-per-node': 4 };
  expect(read(file)).toEqual({ memory: { kind, latency: 100, bandwidth: 50, npusPerNode: 4 }, warnings: [] });
});

test.each([
  ['said', { 'memory-type': 'NO_MEMORY_EXPANSION' }, []],
  // Public scripts have these two.
  ['an older file', { enabled: 0 }, ['dead-key']],
  ['only zeros', { 'remote-mem-latency': 0, 'remote-mem-bw': 0 }, []],
])('no memory: %s', (_, file, codes) => {
  const { memory, warnings } = read(file);
  expect(memory).toBeUndefined();
  expect(warnings.map(({ code }) => code)).toEqual(codes);
});

test.each<[unknown, string]>([
  [{ 'memory-type': 'POOL' }, 'remoteMemory.memory-type'],
  [{ 'memory-type': 'MEMORY_POOL', 'remote-mem-latency': 1 }, 'remoteMemory.remote-mem-bw'],
  [{ 'memory-type': 'MEMORY_POOL', 'remote-mem-latency': 0.5, 'remote-mem-bw': 1 }, 'remoteMemory.remote-mem-latency'],
  [{ 'remote-mem-bw': Number.NaN }, 'remoteMemory.remote-mem-bw'],
  [{ 'num-npus-per-node': 0 }, 'remoteMemory.num-npus-per-node'],
  ['MEMORY_POOL', 'remoteMemory'],
  [[], 'remoteMemory'],
])('%o is wrong', (file, path) => expect(pathsOf(file)).toEqual([path]));

test('unknown keys are warned of', () => {
  expect(read({ 'remote-mem-bandwidth': 1 }).warnings).toMatchObject([
    { code: 'unknown-key', data: { file: 'remote memory', key: 'remote-mem-bandwidth' } },
  ]);
});
