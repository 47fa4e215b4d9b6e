/** A step that takes no time to simulate, as a file has it and as options. */
export const model = { style: 'gpt', layers: 4, hidden: 256, heads: 8, vocabulary: 512, sequence: 128 } as const;

export const smallOptions = {
  model,
  cluster: 'dgx-a100 x 8',
  plan: { globalBatch: 8, tensor: 2, pipeline: 2 },
} as const;

export const small = `
model: ${JSON.stringify(model)}
cluster: dgx-a100 x 8
plan: { globalBatch: 8, tensor: 2, pipeline: 2 }
`;
