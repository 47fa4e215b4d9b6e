import { type Command, Option } from 'commander';
import type { CompareFlags } from './compare-command.js';
import type { Io } from './io.js';

const EXAMPLES = `
Sizes are those of nccl-tests: K, M, G and T are powers of 1024, the size of an all-gather or a
reduce-scatter is the whole buffer. Algorithms are ranked by their time with congestion.

Examples:
  $ astra-sim-ts compare --topology "graph: dgx-1(V100, 700 ns)" --size 256KiB,64MiB
  $ astra-sim-ts compare --topology "ring(4, 50 GB/s, 500 ns) x ring(4, 25 GB/s, 500 ns)" \\
      --collective all-gather --size 1M --csv > points.csv
  $ astra-sim-ts compare --network links.yml --size 16M --export-msccl best.xml
`;

/** `astra-sim-ts compare`: which algorithm is best on a network, and by how much. */
export function addCompareCommand(program: Command, io: Io): void {
  program
    .command('compare')
    .description('run every algorithm, built-in or synthesised, on a network; print a league table')
    .option(
      '--topology <text>',
      'dimensions "kind(npus, bandwidth, latency) x ...", "dgx-h100 x 32", or "graph: name(...)"',
    )
    .option('--network <file>', "a list of links (YAML or JSON), or the reference's network file, instead")
    .option(
      '--collective <name>',
      'all-reduce, reduce-scatter, all-gather, all-to-all, broadcast, reduce, gather or scatter',
      'all-reduce',
    )
    .option('--size <sizes>', 'the whole buffer; several separated by commas', '256KiB,64MiB')
    .option('--algorithms <names>', 'only these, separated by commas (default: all)')
    .option('--rank-by <model>', 'congestion-aware or congestion-unaware', 'congestion-aware')
    .option('--no-crossovers', 'do not search for the sizes at which the winner changes')
    .option('--seed <number>', 'seed of all random choices', '0')
    .option('--budget <number>', 'work for synthesis, in multiples of the default', '1')
    .option('--endpoint-delay <time>', 'paid for every message, ns or with a unit (default: 10)')
    .option('--local-memory-bandwidth <rate>', 'for reductions, GB/s or with a unit (default: 1600)')
    .option('--switching <how>', 'store-and-forward (default) or cut-through')
    .option('--costs <file>', 'bandwidths and latencies fitted by calibrate --topology --out')
    .addOption(new Option('--json', 'print the resolved input and the full result').conflicts('csv'))
    .option('--csv', 'print one line per algorithm and size, units in the column names')
    .option('--plot <file>', "plot every algorithm's time over size as SVG (needs vega and vega-lite)")
    .option('--export-msccl <file>', "write the best synthesised program at the largest size in MSCCL's XML format")
    .option('--export-chakra <prefix>', 'write it as Chakra traces, one per NPU')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: CompareFlags) => {
      const { compareCommand } = await import('./compare-command.js');
      await compareCommand(flags, io);
    });
}
