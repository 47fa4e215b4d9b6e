interface Entry {
  /** As in "What is …?" */
  readonly name: string;
  readonly text: string;
}

/** Terms that not everybody knows. */
export const GLOSSARY = {
  npu: { name: 'an NPU', text: 'One accelerator: a GPU, a TPU or another chip that computes and communicates.' },
  dimension: {
    name: 'a dimension',
    text: 'A tier of the network: all NPUs that differ in one coordinate, joined by a ring, a switch or all to all. Dimension 0 is the one nearest to the chip. The sizes multiply: 8 × 4 is 32 NPUs.',
  },
  bandwidth: {
    name: 'the bandwidth',
    text: 'Of one link in one direction: 600 GB/s, 600 GiB/s, 400 Gbit/s. A number alone is in GB/s.',
  },
  latency: {
    name: 'the latency',
    text: 'How long the first byte takes over one link: 500 ns, 2 us. A number alone is in ns.',
  },
  collective: {
    name: 'a collective',
    text: 'An operation that all NPUs do together. All-reduce: each ends with the sum of all buffers. Reduce-scatter: each ends with a part of the sum. All-gather: each ends with all parts. All-to-all: each sends every other a part.',
  },
  size: {
    name: 'the size',
    text: 'The bytes that each NPU starts with: the whole buffer, for an all-gather its own share. 64 MiB, 1 GB, 4096.',
  },
  algorithm: {
    name: 'an algorithm',
    text: 'Which NPU sends what to which, in which order. Each dimension can have a different one.',
  },
  splits: {
    name: 'a split',
    text: 'The number of chunks of the data. While one chunk is in dimension 1, the next can be in dimension 0: more chunks overlap better, but each has its own latency.',
  },
  active: {
    name: 'an active chunk',
    text: 'How many chunks can be in one dimension at a time. The others wait in a queue.',
  },
  model: {
    name: 'a network model',
    text: 'Overlap: messages share a link without slowing each other (congestion-unaware). Queue: each link serves one message at a time (congestion-aware), as real links do.',
  },
  decomposition: {
    name: 'a decomposition',
    text: 'How an all-reduce crosses several dimensions. local-bw-aware: reduce-scatter up, all-reduce in the last, all-gather down; slow dimensions see less data. baseline: a whole all-reduce in each.',
  },
  order: {
    name: 'the order of dimensions',
    text: 'The order in which each chunk crosses the dimensions. ascending: as numbered. round-robin: each chunk begins one later. themis: first where least has been sent (arXiv 2110.04478).',
  },
  waiting: { name: 'the order in a queue', text: 'Which waiting chunk enters a dimension first.' },
  endpoint: {
    name: 'the end-point delay',
    text: 'Time that software takes before the first message of a phase and after each received one.',
  },
  memory: {
    name: 'the memory bandwidth',
    text: 'The speed at which an NPU reduces received data. "unlimited": at no cost.',
  },
  busbw: {
    name: 'the bus bandwidth',
    text: 'busbw, as nccl-tests defines it: size over time, times 2(n-1)/n for an all-reduce, (n-1)/n for the others. Compare it with the speed of the links, for any number of NPUs.',
  },
  algbw: { name: 'the algorithm bandwidth', text: 'algbw, as nccl-tests defines it: size over time.' },
  limit: {
    name: 'the limit',
    text: 'The least time that any algorithm needs on these links: the bytes that must cross the narrowest cut, or the path between the two most distant NPUs.',
  },
  plan: {
    name: 'the limit of this plan',
    text: 'The least time of this algorithm: the bytes that it puts on the busiest link, one after the other. A shorter time breaks physics.',
  },
  utilisation: {
    name: 'utilisation',
    text: 'The share of the time in which a link of this dimension carries bytes. Well below 100 % everywhere means that links wait, for latency or for each other.',
  },
  spent: {
    name: 'the critical path',
    text: 'The chain of phases that takes all the time: each begins when the one before it ends. Only speeding up these phases helps.',
  },
  chunk: { name: 'a chunk', text: 'One part of the data on its way through the dimensions.' },
  phase: {
    name: 'a phase',
    text: 'One chunk in one dimension: a reduce-scatter, an all-reduce, an all-gather or an all-to-all.',
  },
  graph: {
    name: 'a graph',
    text: 'Any network: one line such as "graph: torus(4x4, 25 GB/s, 500 ns)" (also ring, mesh, hypercube, fully-connected, star, fat-tree, dragonfly, rail-optimised, dgx-1, dgx-a100), or links, one per line: "0 - 1, 25 GB/s, 500 ns"; "-" is both ways, "->" one way. Numbers are NPUs, names switches.',
  },
  cluster: {
    name: 'a cluster',
    text: 'A kind and how many accelerators: "dgx-a100 x 1024", "dgx-h100 x 512", "gb200-nvl72 x 576", "mi300x x 64", "tpu-v4 x 4096". Data parallelism takes what the other degrees leave.',
  },
  tensor: {
    name: 'tensor parallelism',
    text: 'How many accelerators share every layer. They exchange results in each layer: best within a box.',
  },
  pipeline: {
    name: 'pipeline parallelism',
    text: 'How many stages share the layers; micro-batches pass through them one after the other.',
  },
  context: {
    name: 'context parallelism',
    text: 'How many accelerators share every sequence. They pass keys and values around a ring.',
  },
  expert: { name: 'expert parallelism', text: 'How many of the replicas share the experts of a mixture.' },
  batch: { name: 'the global batch', text: 'Sequences in a step, over all accelerators.' },
  micro: { name: 'a micro-batch', text: 'Sequences that pass through a stage at a time.' },
  schedule: {
    name: 'the schedule',
    text: 'gpipe: all forward passes, then all backward ones. 1f1b: alternately, as early as possible, which needs less memory. interleaved: 1f1b with several chunks of layers per stage, which waits less.',
  },
  zero: {
    name: 'a ZeRO stage',
    text: 'What replicas split among themselves. 0: nothing. 1: states of the optimizer. 2: gradients too. 3: weights too (FSDP).',
  },
  recompute: {
    name: 'recomputation',
    text: 'Activations that the backward pass recomputes instead of keeping them: those of the attention (selective), or all but the input of each layer (full).',
  },
  mfu: {
    name: 'the utilisation',
    text: 'Model FLOP/s utilisation: operations that the model needs, over what all accelerators could do in the time.',
  },
  fits: {
    name: 'the memory',
    text: 'Weights, gradients, optimizer states and activations at their peak, of the stage that needs the most.',
  },
} as const satisfies Readonly<Record<string, Entry>>;

export type Word = keyof typeof GLOSSARY;
