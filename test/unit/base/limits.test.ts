import { describe, expect, test } from 'vitest';
import { SimulationError } from '../../../src/base/errors.js';
import { limitsOf, type Progress, watch } from '../../../src/base/limits.js';

const AT: Progress = { timeNs: 1234, events: 65_536, finished: 0.5 };

function errorOf(call: () => void): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

test('without limits a run goes on, whatever it has taken', () => {
  expect(limitsOf({})).toEqual({ maxEvents: Number.POSITIVE_INFINITY, signal: undefined, onProgress: undefined });
  expect(errorOf(() => watch(limitsOf({}), { ...AT, events: Number.MAX_SAFE_INTEGER }))).toBeUndefined();
});

describe('a run that is watched', () => {
  test('reports what it is given', () => {
    const seen: Progress[] = [];
    watch(limitsOf({ onProgress: (progress) => seen.push(progress) }), AT);
    expect(seen).toEqual([AT]);
  });

  test('ends at its last event, not before', () => {
    expect(errorOf(() => watch(limitsOf({ maxEvents: 65_537 }), AT))).toBeUndefined();
    const error = errorOf(() => watch(limitsOf({ maxEvents: 65_536 }), AT));
    expect(error).toBeInstanceOf(SimulationError);
    expect(error).toMatchObject({
      timeNs: 1234,
      message: 'stopped at 1234 ns: the budget of 65536 events is used up',
      stuck: [],
    });
  });

  test('ends when it is aborted, also by the one who watches', () => {
    const controller = new AbortController();
    const { signal } = controller;
    expect(errorOf(() => watch(limitsOf({ signal }), AT))).toBeUndefined();
    const error = errorOf(() => watch(limitsOf({ signal, onProgress: () => controller.abort() }), AT));
    expect(error).toBeInstanceOf(SimulationError);
    expect(error).toMatchObject({ timeNs: 1234, message: 'aborted at 1234 ns' });
  });
});
