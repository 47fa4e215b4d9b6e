import * as v from 'valibot';
import { ConfigError, type Issue, show } from '../base/errors.js';
import { keys, parse, whole } from '../base/validate.js';

/**
 * Multi-head latent attention (DeepSeek-V2, arXiv 2405.04434): queries, and keys with values,
 * pass through a bottleneck each.
 */
export interface LatentAttention {
  /** Width of the bottleneck of the queries. */
  readonly queryRank: number;
  /** Width of the bottleneck that keys and values share. */
  readonly keyValueRank: number;
  /** Part of a head's query and key that carries the position; its key is shared by all heads. */
  readonly rotarySize: number;
  /** Rest of a head's query and key. */
  readonly keySize: number;
  /** Size of a head's value. */
  readonly valueSize: number;
}

/** Layers of a mixture of experts. */
export interface Experts {
  /** Experts among which a router chooses. */
  readonly count: number;
  /** Experts that a token is sent to. */
  readonly perToken: number;
  /** Inner size of an expert. */
  readonly feedForward: number;
  /** Experts of the same size that every token passes. Default 0. */
  readonly shared?: number;
  /** First layers that have no experts but one feed-forward block. Default 0. */
  readonly denseLayers?: number;
  /** The router has a bias for each expert. Default false. */
  readonly routerBias?: boolean;
}

/** A transformer that is trained, as users write it. */
export interface ModelSpec {
  readonly name?: string;
  /**
   * What the defaults are. `"gpt"`: biases, layer norm, two feed-forward matrices of 4 x hidden,
   * learned positions, dropout, one matrix for embedding and output. `"llama"`: none of these,
   * but RMS norm, a gated feed-forward block, rotary positions, an output matrix of its own.
   */
  readonly style: 'gpt' | 'llama';
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  /** Heads of keys and values (grouped-query attention). Default: as many as `heads`. */
  readonly keyValueHeads?: number;
  /** Default `hidden / heads`. */
  readonly headSize?: number;
  readonly latent?: LatentAttention;
  /** Inner size of the feed-forward block. Default 4 x hidden. */
  readonly feedForward?: number;
  readonly gated?: boolean;
  readonly norm?: 'layer' | 'rms';
  readonly biases?: boolean;
  readonly dropout?: boolean;
  readonly learnedPositions?: boolean;
  readonly tiedEmbeddings?: boolean;
  readonly vocabulary: number;
  /** Tokens in a sequence. */
  readonly sequence: number;
  readonly experts?: Experts;
}

/** {@link ModelSpec} with the defaults filled in. */
export interface Model extends Required<Omit<ModelSpec, 'experts' | 'latent' | 'style'>> {
  readonly latent: LatentAttention | undefined;
  readonly experts: Required<Experts> | undefined;
}

/** A weight matrix, or several alike, of one layer. */
export interface Matrix {
  readonly block: 'attention' | 'feed-forward';
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  /**
   * What tensor parallelism splits: `"outputs"` in front of a pair (column parallel), `"inputs"`
   * behind it (row parallel), or nothing: every rank has all of it.
   */
  readonly split: 'inputs' | 'outputs' | 'none';
  /** How many there are, and how many of them a token passes; experts have more than one. */
  readonly copies: number;
  readonly perToken: number;
  /** Whether expert parallelism spreads the copies. */
  readonly routed: boolean;
  readonly bias: boolean;
}

const count = whole(1, 2 ** 31 - 1);
const flag = v.optional(v.boolean('true or false'));

const schema = keys({
  name: v.optional(v.string('a name')),
  style: v.picklist(['gpt', 'llama']),
  layers: whole(1, 2 ** 16),
  hidden: count,
  heads: count,
  keyValueHeads: v.optional(count),
  headSize: v.optional(count),
  latent: v.optional(
    keys({ queryRank: count, keyValueRank: count, rotarySize: count, keySize: count, valueSize: count }),
  ),
  feedForward: v.optional(count),
  gated: flag,
  norm: v.optional(v.picklist(['layer', 'rms'])),
  biases: flag,
  dropout: flag,
  learnedPositions: flag,
  tiedEmbeddings: flag,
  vocabulary: count,
  sequence: count,
  experts: v.optional(
    keys({
      count,
      perToken: count,
      feedForward: count,
      shared: v.optional(whole(0, 2 ** 31 - 1), 0),
      denseLayers: v.optional(whole(0, 2 ** 31 - 1), 0),
      routerBias: v.optional(v.boolean('true or false'), false),
    }),
  ),
});

/** @throws ConfigError when a dimension is wrong, or one does not divide another. */
export function readModel(spec: ModelSpec): Model {
  const { style, experts, latent, ...asked } = parse(schema, spec);
  const { hidden, heads, layers, keyValueHeads = heads } = asked;
  const issues: Issue[] = [];
  const need = (holds: boolean, path: string, expected: string, got: unknown) => {
    if (!holds) issues.push({ path, expected, got: show(got) });
  };
  need(asked.headSize !== undefined || hidden % heads === 0, 'hidden', `a multiple of heads (${heads})`, hidden);
  need(heads % keyValueHeads === 0, 'keyValueHeads', `a divisor of heads (${heads})`, keyValueHeads);
  if (experts !== undefined) {
    const { perToken, denseLayers } = experts;
    need(perToken <= experts.count, 'experts.perToken', `at most experts.count (${experts.count})`, perToken);
    need(denseLayers <= layers, 'experts.denseLayers', `at most layers (${layers})`, denseLayers);
  }
  if (issues.length > 0) throw new ConfigError(issues);
  const gpt = style === 'gpt';
  return {
    name: asked.name ?? '',
    layers,
    hidden,
    heads,
    keyValueHeads,
    headSize: asked.headSize ?? hidden / heads,
    latent,
    feedForward: asked.feedForward ?? 4 * hidden,
    gated: asked.gated ?? !gpt,
    norm: asked.norm ?? (gpt ? 'layer' : 'rms'),
    biases: asked.biases ?? gpt,
    dropout: asked.dropout ?? gpt,
    learnedPositions: asked.learnedPositions ?? gpt,
    tiedEmbeddings: asked.tiedEmbeddings ?? gpt,
    vocabulary: asked.vocabulary,
    sequence: asked.sequence,
    experts,
  };
}

/** Whether a layer, counted from 0, is a mixture of experts. */
export function hasExperts({ experts }: Model, layer: number): boolean {
  return experts !== undefined && layer >= experts.denseLayers;
}

/** The weight matrices of a layer, counted from 0, in the order in which a token meets them. */
export function layerMatrices(model: Model, layer: number): Matrix[] {
  return [...attentionMatrices(model), ...feedForwardMatrices(model, layer)];
}

function attentionMatrices({ hidden, heads, keyValueHeads, headSize, latent, biases: bias }: Model): Matrix[] {
  const matrix = (name: string, inputs: number, outputs: number, split: Matrix['split']): Matrix => {
    return { block: 'attention', name, inputs, outputs, split, copies: 1, perToken: 1, routed: false, bias };
  };
  if (latent === undefined) {
    return [
      matrix('queries, keys and values', hidden, (heads + 2 * keyValueHeads) * headSize, 'outputs'),
      matrix('attention output', heads * headSize, hidden, 'inputs'),
    ];
  }
  const { queryRank, keyValueRank, rotarySize, keySize, valueSize } = latent;
  return [
    matrix('queries down', hidden, queryRank, 'none'),
    matrix('queries up', queryRank, heads * (keySize + rotarySize), 'outputs'),
    matrix('keys and values down', hidden, keyValueRank + rotarySize, 'none'),
    matrix('keys and values up', keyValueRank, heads * (keySize + valueSize), 'outputs'),
    matrix('attention output', heads * valueSize, hidden, 'inputs'),
  ];
}

function feedForwardMatrices(model: Model, layer: number): Matrix[] {
  const { hidden, gated, biases: bias, experts } = model;
  const pair = (name: string, inner: number, copies: number, perToken: number, routed: boolean): Matrix[] => {
    const common = { block: 'feed-forward', copies, perToken, routed, bias } as const;
    const up = { ...common, name: `${name} up`, inputs: hidden, outputs: inner, split: 'outputs' } as const;
    const down = { ...common, name: `${name} down`, inputs: inner, outputs: hidden, split: 'inputs' } as const;
    return gated ? [up, { ...up, name: `${name} gate` }, down] : [up, down];
  };
  if (experts === undefined || !hasExperts(model, layer)) return pair('feed-forward', model.feedForward, 1, 1, false);
  const { feedForward, shared, perToken, routerBias } = experts;
  const router: Matrix = {
    block: 'feed-forward',
    name: 'router',
    inputs: hidden,
    outputs: experts.count,
    split: 'none',
    copies: 1,
    perToken: 1,
    routed: false,
    bias: routerBias,
  };
  return [
    router,
    ...pair('expert', feedForward, experts.count, perToken, true),
    ...(shared > 0 ? pair('shared expert', feedForward, shared, shared, false) : []),
  ];
}

/** Query and value sizes of a head: what scores and their product with the values are made of. */
export function headSizes({ headSize, latent }: Model): { readonly query: number; readonly value: number } {
  if (latent === undefined) return { query: headSize, value: headSize };
  return { query: latent.keySize + latent.rotarySize, value: latent.valueSize };
}
