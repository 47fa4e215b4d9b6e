import { ConfigError, show } from '../base/errors.js';
import { didYouMean } from '../base/validate.js';
import type { ModelSpec } from './model.js';

/**
 * Models with their published dimensions.
 *
 * - `gpt3-175b`: Brown et al., "Language Models are Few-Shot Learners" (arXiv 2005.14165), table
 *   2.1; vocabulary 51,200 as padded by Narayanan et al. (arXiv 2104.04473).
 * - `megatron-22b`, `megatron-530b`, `megatron-1t`: Korthikanti et al., "Reducing Activation Recomputation in
 *   Large Transformer Models" (arXiv 2205.05198), table 3.
 * - `llama2-70b`: Touvron et al. (arXiv 2307.09288); sizes as in the released weights.
 * - `llama3-405b`: Grattafiori et al., "The Llama 3 Herd of Models" (arXiv 2407.21783), table 3.
 * - `mixtral-8x7b`: Jiang et al., "Mixtral of Experts" (arXiv 2401.04088), table 1; trained on
 *   sequences of 32,768 tokens.
 * - `deepseek-v3`: DeepSeek-AI, "DeepSeek-V3 Technical Report" (arXiv 2412.19437), section 4.2;
 *   without the module that predicts further tokens. Routing is taken as balanced.
 */
export const MODEL_PRESETS = {
  'gpt3-175b': gpt('GPT-3 175B', 96, 12288, 96),
  'megatron-22b': gpt('Megatron 22B', 48, 6144, 64),
  'megatron-530b': gpt('Megatron-Turing 530B', 105, 20480, 128),
  'megatron-1t': gpt('Megatron 1T', 128, 25600, 160),
  'llama2-70b': {
    name: 'Llama 2 70B',
    style: 'llama',
    layers: 80,
    hidden: 8192,
    heads: 64,
    keyValueHeads: 8,
    feedForward: 28672,
    vocabulary: 32000,
    sequence: 4096,
  },
  'llama3-405b': {
    name: 'Llama 3 405B',
    style: 'llama',
    layers: 126,
    hidden: 16384,
    heads: 128,
    keyValueHeads: 8,
    feedForward: 53248,
    vocabulary: 128256,
    sequence: 8192,
  },
  'mixtral-8x7b': {
    name: 'Mixtral 8x7B',
    style: 'llama',
    layers: 32,
    hidden: 4096,
    heads: 32,
    keyValueHeads: 8,
    feedForward: 14336,
    vocabulary: 32000,
    sequence: 32768,
    experts: { count: 8, perToken: 2, feedForward: 14336 },
  },
  'deepseek-v3': {
    name: 'DeepSeek-V3',
    style: 'llama',
    layers: 61,
    hidden: 7168,
    heads: 128,
    latent: { queryRank: 1536, keyValueRank: 512, rotarySize: 64, keySize: 128, valueSize: 128 },
    feedForward: 18432,
    vocabulary: 129280,
    sequence: 4096,
    experts: { count: 256, perToken: 8, feedForward: 2048, shared: 1, denseLayers: 3, routerBias: true },
  },
} as const satisfies Readonly<Record<string, ModelSpec>>;

export type ModelName = keyof typeof MODEL_PRESETS;

function gpt(name: string, layers: number, hidden: number, heads: number): ModelSpec {
  return { name, style: 'gpt', layers, hidden, heads, vocabulary: 51200, sequence: 2048 };
}

/** @throws ConfigError for a name that is not known. */
export function modelPreset(name: string): ModelSpec {
  if (Object.hasOwn(MODEL_PRESETS, name)) return MODEL_PRESETS[name as ModelName];
  const names = Object.keys(MODEL_PRESETS);
  throw new ConfigError([
    { path: 'model', expected: `one of ${names.join(', ')}`, got: show(name), ...didYouMean(name, names) },
  ]);
}
