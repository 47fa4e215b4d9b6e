import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/base/errors.js';
import { type ModelSpec, readModel } from '../../../src/training/model.js';
import { activeParameters, layerParameters, totalParameters } from '../../../src/training/parameters.js';
import { MODEL_PRESETS, modelPreset } from '../../../src/training/presets.js';

const total = (name: string) => totalParameters(readModel(modelPreset(name)));

describe('parameters of the presets', () => {
  // Exact counts of the weights as released (sum of the sizes of all tensors).
  test.each([
    ['llama2-70b', 68_976_648_192],
    ['llama3-405b', 405_853_388_800],
    ['mixtral-8x7b', 46_702_792_704],
    ['deepseek-v3', 671_026_419_200],
  ])('%s as released: %i', (name, published) => expect(total(name)).toBe(published));

  // Billions as the papers print them.
  test.each([
    ['gpt3-175b', 175],
    ['megatron-22b', 22],
    ['megatron-530b', 530],
    ['megatron-1t', 1008],
  ])('%s as printed: %d billion, within 0.5 %%', (name, billions) => {
    expect(Math.abs(total(name) / 1e9 / billions - 1)).toBeLessThan(name === 'megatron-22b' ? 0.02 : 0.005);
  });

  test('a token of a mixture of experts passes 12.9 and 37 billion (arXiv 2401.04088, 2412.19437)', () => {
    expect(activeParameters(readModel(MODEL_PRESETS['mixtral-8x7b'])) / 1e9).toBeCloseTo(12.9, 1);
    // The report does not count the word embedding, of which a token reads one row.
    const { vocabulary, hidden } = MODEL_PRESETS['deepseek-v3'];
    const active = activeParameters(readModel(MODEL_PRESETS['deepseek-v3'])) - vocabulary * hidden;
    expect(Math.round(active / 1e9)).toBe(37);
  });

  test('the closed form of Narayanan et al. and the final norm', () => {
    const { layers: l, hidden: h, vocabulary: V, sequence: s, ...rest } = MODEL_PRESETS['gpt3-175b'];
    const closed = 12 * l * h * h + 13 * l * h + (V + s) * h + 2 * h;
    expect(totalParameters(readModel({ layers: l, hidden: h, vocabulary: V, sequence: s, ...rest }))).toBe(closed);
  });
});

test('tensor-parallel ranks share matrices and front biases; norms and biases behind a sum are on each', () => {
  const model = readModel(MODEL_PRESETS['megatron-22b']);
  const h = model.hidden;
  // qkv 3h + up 4h biases split, output h + down h + norms 4h whole.
  expect(layerParameters(model, 0, { tensor: 8, expert: 1 }).dense).toBe((12 * h * h + 7 * h) / 8 + 6 * h);
});

test('expert parallelism spreads the experts alone', () => {
  const model = readModel(MODEL_PRESETS['mixtral-8x7b']);
  const alone = layerParameters(model, 0);
  expect(layerParameters(model, 0, { tensor: 1, expert: 4 })).toEqual({ dense: alone.dense, routed: alone.routed / 4 });
});

test('what is wrong is named', () => {
  const wrong = { ...MODEL_PRESETS['llama2-70b'], keyValueHeads: 7, hidden: 8190, width: 3 } as unknown as ModelSpec;
  expect(() => readModel(wrong)).toThrow(ConfigError);
  expect(() => readModel({ ...MODEL_PRESETS['llama2-70b'], keyValueHeads: 7, hidden: 8190 })).toThrow(
    /hidden: expected a multiple of heads \(64\), got 8190\nkeyValueHeads: expected a divisor of heads/,
  );
  expect(() => modelPreset('llama2-7Ob')).toThrow(/did you mean "llama2-70b"/);
});
