import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/base/errors.js';
import { fitGenModel, unidentifiedTerms } from '../../../src/costs/calibrate/fit-genmodel.js';
import { type GenModelCall, genModelCounts, genModelUs } from '../../../src/costs/genmodel.js';

const BYTES = 1200;

describe('counts', () => {
  test('a ring of four: six rounds of a quarter, three reductions of two inputs', () => {
    expect(genModelCounts({ algorithm: 'ring', npus: 4, bytes: BYTES })).toEqual({
      rounds: 6,
      bytesPerNpu: 6 * 300,
      reducedBytes: 3 * 300,
      memoryBytes: 3 * 3 * 300,
      incastExcessBytes: 0,
    });
  });

  test('the halves of an all-reduce add up to it, and a gather reduces nothing', () => {
    for (const algorithm of ['ring', 'halving-doubling', 'direct'] as const) {
      const call = { algorithm, npus: 8, bytes: BYTES, incastThreshold: 3 };
      const scatter = genModelCounts({ ...call, collective: 'reduce-scatter' });
      const gather = genModelCounts({ ...call, collective: 'all-gather' });
      const whole = genModelCounts(call);
      for (const [name, value] of Object.entries(whole)) {
        const key = name as keyof typeof whole;
        expect(scatter[key] + gather[key]).toBe(value);
      }
      expect(gather.reducedBytes + gather.memoryBytes).toBe(0);
    }
  });

  test('one NPU costs nothing', () => {
    const counts = genModelCounts({ algorithm: 'direct', npus: 1, bytes: BYTES });
    expect(Object.values(counts)).toEqual([0, 0, 0, 0, 0]);
  });

  test('what cannot be is named', () => {
    const call = { algorithm: 'hierarchical', npus: 12, bytes: Number.NaN, factors: [3, 5] } as GenModelCall;
    expect(() => genModelCounts(call)).toThrow(ConfigError);
    expect(() => genModelCounts(call)).toThrow(/bytes: expected.*\nfactors: expected/);
    const typo = { algorithm: 'ring', npus: 2, bytes: 1, byte: 1 } as GenModelCall;
    expect(() => genModelCounts(typo)).toThrow(/^byte: expected one of the keys/);
    expect(() => genModelCounts({ algorithm: 'halving-doubling', npus: 6, bytes: 1 })).toThrow(/power of two/);
  });
});

describe('what a fit can tell', () => {
  const sizes = [1e3, 1e5, 1e7];
  const terms = {
    alphaUs: 12,
    betaUsPerByte: 8e-5,
    gammaUsPerByte: 2e-6,
    deltaUsPerByte: 1.25e-6,
    epsilonUsPerByte: 1.6e-6,
    incastThreshold: 6,
  };
  const samplesOf = (calls: readonly Omit<GenModelCall, 'bytes'>[]) =>
    calls.flatMap((call) =>
      sizes.map((bytes) => {
        const counts = genModelCounts({ ...call, bytes, incastThreshold: terms.incastThreshold });
        return { counts, timeUs: genModelUs(counts, terms) };
      }),
    );

  test('one ring leaves reduction and memory open: they are proportional to what is sent', () => {
    const samples = samplesOf([{ algorithm: 'ring', npus: 8 }]);
    const open = [
      { term: 'gammaUsPerByte', inTermsOf: ['betaUsPerByte'] },
      { term: 'deltaUsPerByte', inTermsOf: ['betaUsPerByte'] },
      { term: 'epsilonUsPerByte', inTermsOf: [] },
    ];
    expect(unidentifiedTerms(samples.map(({ counts }) => counts))).toEqual(open);
    const fit = fitGenModel(samples);
    expect(fit.unidentified).toEqual(open);
    expect(fit.terms.alphaUs).toBeCloseTo(12, 6);
    // A byte sent brings half a byte reduced and three halves read or written.
    expect(fit.terms.betaUsPerByte).toBeCloseTo(8e-5 + 2e-6 / 2 + (1.25e-6 * 3) / 2, 12);
  });

  test('several algorithms tell memory and incast, but not reduction: every byte reduced was sent', () => {
    const fit = fitGenModel(
      samplesOf([
        { algorithm: 'ring', npus: 8 },
        { algorithm: 'direct', npus: 16 },
        { algorithm: 'direct', npus: 4 },
        { algorithm: 'hierarchical', npus: 16, factors: [4, 4] },
      ]),
    );
    expect(fit.unidentified).toEqual([{ term: 'gammaUsPerByte', inTermsOf: ['betaUsPerByte'] }]);
    expect(fit.terms.betaUsPerByte).toBeCloseTo(8e-5 + 2e-6 / 2, 10);
    expect(fit.terms.deltaUsPerByte).toBeCloseTo(1.25e-6, 10);
    expect(fit.terms.epsilonUsPerByte).toBeCloseTo(1.6e-6, 10);
  });

  test('a gather beside an all-reduce tells reduction from sending', () => {
    const fit = fitGenModel(
      samplesOf([
        { algorithm: 'ring', npus: 8 },
        { algorithm: 'ring', npus: 8, collective: 'all-gather' },
        { algorithm: 'direct', npus: 16 },
        { algorithm: 'direct', npus: 4 },
      ]),
    );
    expect(fit.unidentified).toEqual([]);
    expect(fit.terms.gammaUsPerByte).toBeCloseTo(2e-6, 10);
  });

  test('times that are none are refused', () => {
    const counts = genModelCounts({ algorithm: 'ring', npus: 2, bytes: 8 });
    expect(() => fitGenModel([])).toThrow(ConfigError);
    expect(() => fitGenModel([{ counts, timeUs: Number.NaN }])).toThrow(/samples\[0\]\.timeUs/);
  });
});
