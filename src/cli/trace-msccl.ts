import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { ConfigError, show } from '../base/errors.js';
import { inTermsOfFlags, numeric } from './flags.js';
import type { Io } from './io.js';
import { filesText, writeTraceSet } from './trace-files.js';

const EXAMPLES = `
The algorithm is run on sets of contributions first: one that does not compute its collective
is an error that names the step. The size is the whole buffer, as nccl-tests counts it.

Example:
  $ astra-sim-ts trace msccl allreduce.xml --size 64MiB --out algorithms
`;

interface Flags {
  readonly size: string;
  readonly localMemoryBandwidth?: string;
  readonly out: string;
  readonly prefix?: string;
}

export function addTraceMscclCommand(trace: Command, io: Io): void {
  trace
    .command('msccl')
    .description("a custom collective from an algorithm in MSCCL's XML format")
    .argument('<file>', 'the algorithm, XML')
    .requiredOption('--size <size>', 'the whole buffer: bytes, or with a unit')
    .option(
      '--local-memory-bandwidth <rate>',
      'for reductions and copies, GB/s or with a unit (default: they take 1 ns)',
    )
    .requiredOption('--out <dir>', 'directory to write to')
    .option('--prefix <name>', 'beginning of the names of the files (default: the name of the XML file)')
    .addHelpText('after', EXAMPLES)
    .action((file: string, flags: Flags) => traceMsccl(file, flags, io));
}

async function traceMsccl(file: string, flags: Flags, io: Io): Promise<void> {
  const { size, localMemoryBandwidth, out, prefix = basename(file, '.xml') } = flags;
  const [{ readMscclAlgorithm }, { mscclTraces }, { writeTrace }] = await Promise.all([
    import('../formats/msccl/read-msccl.js'),
    import('../formats/msccl/msccl-traces.js'),
    import('../formats/chakra/write-trace.js'),
  ]);
  const algorithm = readMscclAlgorithm(readText(file), file);
  const options = {
    size: numeric(size),
    ...(localMemoryBandwidth === undefined ? {} : { localMemoryBandwidth: numeric(localMemoryBandwidth) }),
  };
  const { traces, chunkBytes, warnings } = inTermsOfFlags(() => mscclTraces(algorithm, options));
  const written = writeTraceSet({
    directory: out,
    prefix,
    npus: traces.length,
    bytesOf: (rank) => writeTrace(traces[rank] ?? { version: '', nodes: [] }),
  });
  const { collective, chunks, gpus } = algorithm;
  const lines = [
    `${file}: ${collective} of ${gpus.length} ranks in ${chunks} chunks of ${chunkBytes} bytes; it computes what it claims`,
    `wrote ${filesText(written.prefix, traces.length)}`,
    `to use it, in the system file: "${collective}-implementation-custom": ["${written.prefix}"]`,
  ];
  io.out(`${lines.join('\n')}\n`);
  for (const { message } of warnings) io.err(`# warning: ${message}\n`);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const hint = error instanceof Error ? error.message : String(error);
    throw new ConfigError([{ path: 'file', expected: 'a readable XML file', got: show(file), hint }]);
  }
}
