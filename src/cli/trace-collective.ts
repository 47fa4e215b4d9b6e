import type { Command } from 'commander';
import type { SymmetricCollective } from '../collectives/collective.js';
import { inTermsOfFlags, numeric, wholeFlag } from './flags.js';
import type { Io } from './io.js';
import { jsonOutput } from './json-output.js';
import { ranksOf, writeTraceSet, writtenLines } from './trace-files.js';

const EXAMPLES = `
The size is what each NPU enters with, any whole number of bytes: for an all-gather one NPU's
share, for the others the whole buffer.

Examples:
  $ astra-sim-ts trace collective --collective all-reduce --size 100MiB --npus 16 --out traces
  $ astra-sim-ts trace collective --collective all-to-all --size 12345 --npus 8 --out traces --prefix a2a
`;

/** Each NPU gets a file. */
const MAX_NPUS = 2 ** 24;

interface Flags {
  readonly collective: string;
  readonly size: string;
  readonly npus: string;
  readonly out: string;
  readonly ranks?: string;
  readonly prefix?: string;
  readonly json?: boolean;
}

export function addTraceCollectiveCommand(trace: Command, io: Io): void {
  trace
    .command('collective')
    .description('one collective of all NPUs')
    .option('--collective <name>', 'all-reduce, reduce-scatter, all-gather or all-to-all', 'all-reduce')
    .requiredOption('--size <size>', 'bytes, or with a unit')
    .requiredOption('--npus <number>', 'number of NPUs')
    .requiredOption('--out <dir>', 'directory to write to')
    .option('--ranks <list>', 'NPUs whose traces to write, such as 0,8-15 (default: all)')
    .option('--prefix <name>', 'prefix of the file names (default: the collective)')
    .option('--json', 'print the written files as one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((flags: Flags) => traceCollective(flags, io));
}

async function traceCollective(flags: Flags, io: Io): Promise<void> {
  const { collective, size, npus, out, prefix = collective, json } = flags;
  const [{ collectiveWorkload }, { traceOf }, { writeTrace }] = await Promise.all([
    import('../workload/build/collective-graph.js'),
    import('../formats/chakra/trace-of.js'),
    import('../formats/chakra/write-trace.js'),
  ]);
  const count = wholeFlag(npus, '--npus', MAX_NPUS);
  const options = { collective: collective as SymmetricCollective, size: numeric(size) as number };
  const { graphs } = inTermsOfFlags(() => collectiveWorkload(options));
  const bytes = writeTrace(traceOf(graphs));
  const written = writeTraceSet({
    directory: out,
    prefix,
    npus: count,
    ranks: ranksOf(flags.ranks, count),
    bytesOf: () => bytes,
  });
  if (json) io.out(jsonOutput('trace collective', { ...options, npus: count, out, prefix }, written));
  else io.out(`${writtenLines(written).join('\n')}\n`);
}
