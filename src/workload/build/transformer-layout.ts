import type { GroupAxis } from '../relative.js';
import type { TransformerModel } from './transformer-model.js';

/** Where an NPU stands in each kind of parallelism. */
export interface Coordinates {
  readonly tensor: number;
  readonly data: number;
  readonly stage: number;
}

/** Groups that an NPU is in, by id; undefined where it would be alone. */
export interface Groups {
  readonly tensor: string | undefined;
  readonly data: string | undefined;
  /** First and last stage, which share the embedding. */
  readonly embedding: string | undefined;
}

/** NPUs are numbered along tensor parallelism first, then data, then pipeline: `tensor + t (data + d stage)`. */
export function npuAt(model: TransformerModel, { tensor, data, stage }: Coordinates): number {
  return tensor + model.tensorParallel * (data + model.dataParallel * stage);
}

export function coordinatesOf({ tensorParallel: t, dataParallel: d }: TransformerModel, npu: number): Coordinates {
  return { tensor: npu % t, data: Math.floor(npu / t) % d, stage: Math.floor(npu / (t * d)) };
}

/** Ids count from 1 ("0" means all NPUs to the reference): tensor groups, then data, then embedding groups. */
export function groupsOf(model: TransformerModel, { tensor, data, stage }: Coordinates): Groups {
  const { tensorParallel: t, dataParallel: d, pipelineParallel: p, vocabulary } = model;
  const tensorGroups = t > 1 ? d * p : 0;
  const dataGroups = d > 1 ? t * p : 0;
  const sharesEmbedding = vocabulary > 0 && p > 1 && (stage === 0 || stage === p - 1);
  return {
    tensor: t > 1 ? String(1 + data + d * stage) : undefined,
    data: d > 1 ? String(1 + tensorGroups + tensor + t * stage) : undefined,
    embedding: sharesEmbedding ? String(1 + tensorGroups + dataGroups + tensor + t * data) : undefined,
  };
}

/** The same groups as families, and the name of each family that NPUs of a stage have a group of. */
export function groupFamilies({
  tensorParallel: t,
  dataParallel: d,
  pipelineParallel: p,
  vocabulary,
}: TransformerModel) {
  const axes: Record<keyof Groups, GroupAxis> = {
    tensor: { stride: 1, size: t },
    data: { stride: t, size: d },
    embedding: { stride: t * d, size: p, only: [0, p - 1] },
  };
  const isThere = { tensor: t > 1, data: d > 1, embedding: vocabulary > 0 && p > 1 };
  const kinds = (['tensor', 'data', 'embedding'] as const).filter((kind) => isThere[kind]);
  const families: Record<string, GroupAxis[]> = Object.fromEntries(kinds.map((kind) => [kind, [axes[kind]]]));
  const ofStage = (stage: number): Groups => ({
    tensor: isThere.tensor ? 'tensor' : undefined,
    data: isThere.data ? 'data' : undefined,
    embedding: isThere.embedding && (stage === 0 || stage === p - 1) ? 'embedding' : undefined,
  });
  return { families, ofStage };
}

/** All groups and their members, as the reference's communicator group file has them. */
export function communicatorGroups(model: TransformerModel): Record<string, number[]> {
  const groups: Record<string, number[]> = {};
  for (let npu = 0; npu < model.npus; npu++) {
    for (const id of Object.values(groupsOf(model, coordinatesOf(model, npu)))) {
      if (id === undefined) continue;
      groups[id] ??= [];
      groups[id].push(npu);
    }
  }
  return groups;
}
