import type { Command } from 'commander';
import type { TransformerModel, TransformerOptions } from '../workload/build/transformer-model.js';
import { inTermsOfFlags, numeric } from './flags.js';
import type { Io } from './io.js';
import { jsonOutput } from './json-output.js';
import { ranksOf, writeTraceSet, writtenLines } from './trace-files.js';

const EXAMPLES = `
NPUs are numbered along tensor parallelism first, then data, then pipeline (one forward, one
backward). Per layer and micro-batch there are four all-reduces over the tensor-parallel group,
per step one of the gradients over the data-parallel group. Without --flops the computations
have no durations, only what the roofline model needs ("roofline-enabled": 1 in the system file).

Examples:
  $ astra-sim-ts trace transformer --layers 32 --hidden 4096 --sequence 4096 --global-batch 64 \\
      --tensor-parallel 8 --data-parallel 4 --pipeline-parallel 2 --flops 300e12 --out traces
  $ astra-sim-ts trace transformer --layers 12 --hidden 768 --sequence 1024 --vocabulary 50304 \\
      --global-batch 32 --data-parallel 8 --out traces --prefix gpt2
`;

interface Flags {
  readonly layers: string;
  readonly hidden: string;
  readonly sequence: string;
  readonly globalBatch: string;
  readonly microBatch: string;
  readonly vocabulary?: string;
  readonly bytesPerElement: string;
  readonly gradientBytes?: string;
  readonly tensorParallel: string;
  readonly dataParallel: string;
  readonly pipelineParallel: string;
  readonly flops?: string;
  readonly overlapGradients?: boolean;
  readonly out: string;
  readonly ranks?: string;
  readonly prefix: string;
  readonly json?: boolean;
}

export function addTraceTransformerCommand(trace: Command, io: Io): void {
  trace
    .command('transformer')
    .description('one training step of a transformer, with up to three kinds of parallelism')
    .requiredOption('--layers <number>', 'layers')
    .requiredOption('--hidden <number>', 'hidden size')
    .requiredOption('--sequence <number>', 'tokens in a sequence')
    .requiredOption('--global-batch <number>', 'sequences in a step, over all NPUs')
    .option('--micro-batch <number>', 'sequences in a pipeline stage at a time', '1')
    .option('--vocabulary <number>', 'entries of the vocabulary (default: no embedding, no output layer)')
    .option('--bytes-per-element <number>', 'bytes of an activation', '2')
    .option('--gradient-bytes <number>', 'bytes of a gradient (default: those of an activation)')
    .option('--tensor-parallel <degree>', 'NPUs that share each layer', '1')
    .option('--data-parallel <degree>', 'NPUs that share the batch', '1')
    .option('--pipeline-parallel <degree>', 'stages that share the layers', '1')
    .option('--flops <rate>', 'operations per second of an NPU, such as 300e12: gives the durations')
    .option('--overlap-gradients', "reduce each layer's gradients during the last backward pass")
    .requiredOption('--out <dir>', 'directory to write to')
    .option('--ranks <list>', 'NPUs whose traces to write, such as 0,8-15 (default: all)')
    .option('--prefix <name>', 'prefix of the file names', 'transformer')
    .option('--json', 'print the written files as one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((flags: Flags) => traceTransformer(flags, io));
}

async function traceTransformer({ out, ranks, prefix, json, ...flags }: Flags, io: Io): Promise<void> {
  const [{ transformerModel }, { transformerGraph }, { communicatorGroups }, { traceOf }, { writeTrace }] =
    await Promise.all([
      import('../workload/build/transformer-model.js'),
      import('../workload/build/transformer.js'),
      import('../workload/build/transformer-layout.js'),
      import('../formats/chakra/trace-of.js'),
      import('../formats/chakra/write-trace.js'),
    ]);
  const numbers = Object.entries(flags).map(([name, value]) => [
    name,
    typeof value === 'string' ? numeric(value) : value,
  ]);
  const model = inTermsOfFlags(() => transformerModel(Object.fromEntries(numbers) as TransformerOptions));
  const written = writeTraceSet({
    directory: out,
    prefix,
    npus: model.npus,
    ranks: ranksOf(ranks, model.npus),
    bytesOf: (npu) => writeTrace(traceOf(transformerGraph(model, npu))),
    groups: communicatorGroups(model),
  });
  if (json) io.out(jsonOutput('trace transformer', { model, out, prefix }, written));
  else io.out(`${[summary(model), ...writtenLines(written)].join('\n')}\n`);
}

function summary({ npus, tensorParallel, dataParallel, pipelineParallel, microBatches }: TransformerModel): string {
  const degrees = `${tensorParallel} tensor x ${dataParallel} data x ${pipelineParallel} pipeline`;
  return `${npus} NPUs = ${degrees}; ${microBatches} micro-batches in each pipeline`;
}
