import { expect, test } from 'vitest';
import { chunkBytesOf } from '../../../../src/costs/nccl/chunk.js';
import { launchOf } from '../../../../src/costs/nccl/launch.js';
import type { NcclAlgorithm, NcclProtocol } from '../../../../src/costs/nccl/names.js';
import { ncclMachine } from '../../../../src/costs/nccl/presets.js';
import { splitOf, trafficPerByte } from '../../../../src/costs/nccl/split.js';
import { ncclTuning } from '../../../../src/costs/nccl/tuning.js';

const KIB = 1024;
const machine = ncclMachine('dgx-h100');

function rowOf(algorithm: NcclAlgorithm, protocol: NcclProtocol) {
  const row = ncclTuning(machine).candidates['all-reduce'].find(
    (one) => one.algorithm === algorithm && one.protocol === protocol,
  );
  if (row === undefined) throw new Error(`${algorithm} ${protocol} cannot run`);
  return row;
}

test('1 MiB of float32 by LL over 24 channels: 23 of eleven cells, one of three', () => {
  // A byte makes 2 x 4 bytes of traffic, so a cell is 32 KiB / 8 = 4 KiB, 1024 elements; there are
  // 256. A 24th of 8 MiB, 349,536 bytes in whole 16s, takes 11 cells, and 256 = 23 x 11 + 3.
  const perByte = trafficPerByte('all-reduce', 'LL', 8);
  expect(perByte).toBe(8);
  expect(splitOf(KIB * 256, 4, perByte, 24)).toEqual({
    usedChannels: 24,
    countFirst: 11 * 1024,
    countMiddle: 11 * 1024,
    countLast: 3 * 1024,
  });
});

test('a small call stays on one channel, a call of nothing on none', () => {
  expect(splitOf(10, 4, 2, 24)).toEqual({ usedChannels: 1, countFirst: 10, countMiddle: 0, countLast: 0 });
  expect(splitOf(0, 4, 2, 24)).toEqual({ usedChannels: 0, countFirst: 0, countMiddle: 0, countLast: 0 });
});

test('channels go first, then threads', () => {
  // Ring with LL: 512 threads of 8 x 8 bytes are 32 KiB per channel.
  const row = rowOf('ring', 'LL');
  expect(launchOf(row, 24 * 32 * KIB, machine)).toEqual({ channels: 24, warps: 16 });
  expect(launchOf(row, 3 * 32 * KIB + 1, machine)).toEqual({ channels: 3, warps: 16 });
  // 16 KiB: half the threads of one channel. Three warps are the least.
  expect(launchOf(row, 16 * KIB, machine)).toEqual({ channels: 1, warps: 8 });
  expect(launchOf(row, 8, machine)).toEqual({ channels: 1, warps: 3 });
  expect(launchOf(rowOf('nvls', 'Simple'), 8, machine)).toEqual({ channels: 16, warps: 20 });
});

test('chunks: whole slots for a ring, smaller ones where the pipeline would not fill', () => {
  const chunk = (algorithm: NcclAlgorithm, protocol: NcclProtocol, bytes: number) =>
    chunkBytesOf(machine, 'all-reduce', algorithm, protocol, bytes);
  // Four slots of 512 KiB; half a slot of 64 KiB; 15/16 of a slot of 600 KiB.
  expect(chunk('ring', 'Simple', 8)).toBe(4 * 512 * KIB);
  expect(chunk('ring', 'LL', 8)).toBe(32 * KIB);
  expect(chunk('ring', 'LL128', 8)).toBe(576_000);
  // NVLS with eight heads: below 64 x 8 x 128 KiB = 64 MiB it halves, below 8 x 8 x 64 KiB = 4 MiB again.
  expect(chunk('nvls', 'Simple', 2 ** 26)).toBe(128 * KIB);
  expect(chunk('nvls', 'Simple', 2 ** 26 - 1)).toBe(64 * KIB);
  expect(chunk('nvls', 'Simple', 2 ** 22 - 1)).toBe(32 * KIB);
  expect(chunk('nvls', 'Simple', 2 * 8 * 32 * KIB - 1)).toBe(16 * KIB);
  // Tree with LL128 on one node of eight: depth 1.8, so 14.4 chunks ask for more than 128 KiB,
  // 3.6 for more than 32 KiB; whole units of 1920 bytes.
  expect(chunk('tree', 'LL128', 2 ** 26)).toBe(576_000);
  expect(chunk('tree', 'LL128', 8 * 576_000)).toBe(1920 * Math.floor(288_000 / 1920));
  expect(chunk('tree', 'LL128', 8)).toBe(1920 * Math.floor(18_000 / 1920));
});
