import { layerMatrices, type Matrix, type Model } from './model.js';

/** How parameters are spread: tensor- and expert-parallel degree. */
export interface ParameterSplit {
  readonly tensor: number;
  readonly expert: number;
}

const WHOLE: ParameterSplit = { tensor: 1, expert: 1 };

/** Parameters, by whether expert parallelism spreads them: the two are reduced over different groups. */
export interface ParameterCount {
  readonly dense: number;
  readonly routed: number;
}

/** Those of a matrix on one rank, with its bias: split with the outputs, whole behind a sum over ranks. */
function matrixParameters({ inputs, outputs, split, copies, routed, bias }: Matrix, by: ParameterSplit): number {
  const weights = (inputs * outputs) / (split === 'none' ? 1 : by.tensor);
  const biases = bias ? outputs / (split === 'outputs' ? by.tensor : 1) : 0;
  return ((weights + biases) * copies) / (routed ? by.expert : 1);
}

/** Parameters of one norm. */
export function normParameters({ norm, hidden }: Model): number {
  return norm === 'layer' ? 2 * hidden : hidden;
}

/** Parameters of a layer on one rank. Every rank has the norms; latent attention has one more per bottleneck. */
export function layerParameters(model: Model, layer: number, split = WHOLE): ParameterCount {
  const matrices = layerMatrices(model, layer);
  const sum = (routed: boolean) =>
    matrices.reduce((total, one) => total + (one.routed === routed ? matrixParameters(one, split) : 0), 0);
  const { latent } = model;
  const bottlenecks = latent === undefined ? 0 : latent.queryRank + latent.keyValueRank;
  return { dense: sum(false) + 2 * normParameters(model) + bottlenecks, routed: sum(true) };
}

/** Parameters of the word embedding on one rank, or of an output matrix: split by vocabulary. */
export function embeddingParameters({ vocabulary, hidden }: Model, { tensor }: ParameterSplit = WHOLE): number {
  return (vocabulary * hidden) / tensor;
}

/** Parameters of the position embedding: every rank of the first stage has them. */
export function positionParameters({ learnedPositions, sequence, hidden }: Model): number {
  return learnedPositions ? sequence * hidden : 0;
}

/**
 * All parameters of a model. Of a dense one of GPT's style that is
 * `12 l h^2 (1 + 13/12h + (V + s)/12lh) + 2h` (Narayanan et al., arXiv 2104.04473, without the
 * final norm).
 */
export function totalParameters(model: Model): number {
  return countParameters(model, ({ dense, routed }) => dense + routed);
}

/** The parameters that one token passes: of the experts only those it is sent to. */
export function activeParameters(model: Model): number {
  const { experts } = model;
  const share = experts === undefined ? 1 : experts.perToken / experts.count;
  return countParameters(model, ({ dense, routed }) => dense + routed * share);
}

function countParameters(model: Model, layerCount: (parameters: ParameterCount) => number): number {
  const words = embeddingParameters(model) * (model.tiedEmbeddings ? 1 : 2);
  let total = words + positionParameters(model) + normParameters(model);
  for (let layer = 0; layer < model.layers; layer++) total += layerCount(layerParameters(model, layer));
  return total;
}
