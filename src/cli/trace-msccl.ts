import { basename } from 'node:path';
import type { Command } from 'commander';
import * as v from 'valibot';
import { keys, parse, quantity } from '../base/validate.js';
import type { Warning } from '../base/warnings.js';
import { isSymmetricCollective } from '../collectives/collective.js';
import { readInput } from './files/read-input.js';
import { inTermsOfFlags, numeric } from './flags.js';
import type { Io } from './io.js';
import { jsonOutput } from './json-output.js';
import { filesText, writeTraceSet } from './trace-files.js';

const EXAMPLES = `
The command first runs the algorithm on sets of contributions: if it does not compute its
collective, the error names the step. The size is the whole buffer, as nccl-tests counts it.

Example:
  $ astra-sim-ts trace msccl allreduce.xml --size 64MiB --out algorithms
`;

interface Flags {
  readonly size: string;
  readonly localMemoryBandwidth?: string;
  readonly out: string;
  readonly prefix?: string;
  readonly json?: boolean;
}

export function addTraceMscclCommand(trace: Command, io: Io): void {
  trace
    .command('msccl')
    .description("a custom collective from an algorithm in MSCCL's XML format")
    .argument('<file>', 'the algorithm, XML; - for standard input')
    .requiredOption('--size <size>', 'the whole buffer: bytes, or with a unit')
    .option(
      '--local-memory-bandwidth <rate>',
      'for reductions and copies, GB/s or with a unit (default: they take 1 ns)',
    )
    .requiredOption('--out <dir>', 'directory to write to')
    .option('--prefix <name>', 'prefix of the file names (default: the name of the XML file)')
    .option('--json', 'print the written files as one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((file: string, flags: Flags) => traceMsccl(file, flags, io));
}

async function traceMsccl(file: string, flags: Flags, io: Io): Promise<void> {
  const { size, localMemoryBandwidth, out, prefix = file === '-' ? 'msccl' : basename(file, '.xml'), json } = flags;
  const [{ readMsccl }, { withBlockBytes }, { programGraphs }, { traceOf }, { writeTrace }] = await Promise.all([
    import('../formats/msccl/read-msccl.js'),
    import('../collectives/sized-program.js'),
    import('../workload/custom-graphs.js'),
    import('../formats/chakra/trace-of.js'),
    import('../formats/chakra/write-trace.js'),
  ]);
  const name = file === '-' ? 'standard input' : file;
  const { collective, program, notes } = readMsccl((await readInput(file)).toString('utf8'), name);
  const options = {
    size: numeric(size),
    ...(localMemoryBandwidth === undefined ? {} : { localMemoryBandwidth: numeric(localMemoryBandwidth) }),
  };
  const checked = inTermsOfFlags(() => parse(schema, options));
  const { blocks = 1 } = program.cargo ?? {};
  const blockBytes = Math.ceil(checked.size / blocks);
  const graphs = programGraphs(
    withBlockBytes(program, blockBytes),
    checked.localMemoryBandwidth ?? Number.POSITIVE_INFINITY,
  );
  const written = writeTraceSet({
    directory: out,
    prefix,
    npus: graphs.length,
    bytesOf: (rank) => writeTrace(traceOf(graphs[rank] ?? { nodes: [] })),
    ...(file === '-' ? {} : { inputs: [{ flag: 'the algorithm', path: file }] }),
  });
  const warnings = inflated(checked.size, blocks, blockBytes);
  if (json) {
    const input = { file, ...checked, out, prefix };
    const of = { collective: collective ?? 'custom', ranks: program.ranks, chunks: blocks, chunkBytes: blockBytes };
    const results = { ...written, ...of, claimChecked: collective !== undefined, notes, warnings };
    io.out(jsonOutput('trace msccl', input, results));
    return;
  }
  const what = collective ?? 'a custom collective';
  const claim = collective === undefined ? 'its claim is not checked' : 'it computes what it claims';
  // System files know the others alone.
  const inSystemFile = collective !== undefined && isSymmetricCollective(collective) ? collective : 'all-reduce';
  const lines = [
    ...notes.map((note) => `note: ${name}: ${note}`),
    `${name}: ${what} of ${program.ranks} ranks in ${blocks} chunks of ${blockBytes} bytes; ${claim}`,
    `wrote ${filesText(written.prefix, graphs.length)}`,
    `to use it, in the system file: "${inSystemFile}-implementation-custom": ["${written.prefix}"]`,
  ];
  io.out(`${lines.join('\n')}\n`);
  for (const { message } of warnings) io.err(`# warning: ${message}\n`);
}

const schema = keys({
  size: quantity('bytes', { atLeast: 1, whole: true }),
  localMemoryBandwidth: v.optional(quantity('bandwidth', { above: 0 })),
});

/** Warns if blocks of whole bytes exceed the size. */
function inflated(asked: number, blocks: number, blockBytes: number): Warning[] {
  const simulated = blocks * blockBytes;
  if (simulated <= asked) return [];
  const message = `${simulated} bytes are simulated instead of ${asked}: ${blocks} chunks of ${blockBytes} whole bytes`;
  return [{ code: 'inflated-bytes', message, data: { simulated, asked, chunks: blocks, chunkBytes: blockBytes } }];
}
