import { type Command, Option } from 'commander';
import { ConfigError, show } from '../base/errors.js';
import { NETWORK_MODELS } from '../base/words.js';
import type { Collective } from '../collectives/collective.js';
import type { CircuitSpan, PhaseSpan } from '../engine/span.js';
import type { CollectiveSpec } from '../spec/spec.js';
import { type CollectiveFlags, FLAGS, modelAndFile, shorthandOf, specOf } from './collective-options.js';
import { choiceLines, collectiveCsv, linkLines, ncclTable } from './collective-table.js';
import { warningLines } from './collective-warnings.js';
import { checkOutputs } from './files/place.js';
import { inTermsOfFlags, numeric } from './flags.js';
import { messagesOfCollective } from './foreseen-messages.js';
import type { Io } from './io.js';
import { jsonOutput } from './json-output.js';
import { sizesOf } from './sizes.js';

const EXAMPLES = `
Sizes are those of nccl-tests: K, M, G and T are powers of 1024, and the size of an all-gather,
a reduce-scatter, a gather or a scatter is the total buffer; that of an alltoallv is the buffer of
the rank that sends most. Units such as "100 MiB" or "1 GB" also work.

Examples:
  $ astra-sim-ts collective --topology "ring(8, 600 GiB/s, 500 ns)" -b 1M -e 1G
  $ astra-sim-ts collective --collective all-gather --algorithms direct,halving-doubling \\
      --topology "fully-connected(8, 600 GB/s, 500 ns) x switch(32, 400 Gbit/s, 2 us)" -b 100MiB
  $ astra-sim-ts collective --collective broadcast --root 3 --algorithms tree --topology "switch(16, 50 GB/s, 1 us)" -b 1M
  $ astra-sim-ts collective --network network.yml --splits 64 --csv > points.csv
  $ astra-sim-ts collective --topology "switch(8, 300 GB/s, 500 ns)" -b 8 -e 1G --measured all-reduce.log
  $ astra-sim-ts collective --network congestion-aware --topology "ring(16, 50 GB/s, 500 ns)" -b 100M
  $ astra-sim-ts collective --topology "ring(8, 600 GiB/s, 500 ns)" -b 1G --explain --perfetto phases.json
`;

/** `astra-sim-ts collective`: one collective over a range of sizes. */
export function addCollectiveCommand(program: Command, io: Io): void {
  program
    .command('collective')
    .description('simulate a collective over a range of sizes; print a table like that of nccl-tests')
    .option(
      '--collective <name>',
      'all-reduce, reduce-scatter, all-gather, all-to-all, broadcast, reduce, gather, scatter or alltoallv',
      'all-reduce',
    )
    .option('--root <rank>', 'source or destination of a broadcast, reduce, gather or scatter (default: 0)')
    .option('--weights <file>', 'for an alltoallv: what each rank has for each, one row per line or a JSON matrix')
    .option(
      '--topology <text>',
      'dimensions, the fastest first: "kind(npus, bandwidth, latency) x ...", or a cluster: "dgx-h100 x 32"',
    )
    .option(
      '--network <model|file>',
      "congestion-unaware (default, except with circuits) or congestion-aware; or the reference's network file (YAML) instead of " +
        '--topology; give it twice for both',
      (value: string, given: readonly string[]) => [...given, value],
      [] as readonly string[],
    )
    .option('-b, --minbytes <size>', 'smallest size', '1M')
    .option('-e, --maxbytes <size>', 'largest size (default: the smallest)')
    .option('-f, --stepfactor <number>', 'factor from one size to the next', '2')
    .option('--algorithms <names>', 'one for all dimensions, or one per dimension, separated by commas', 'ring')
    .option(
      '--nccl-machine <preset>',
      'of the algorithms nccl, nccl-ring, nccl-tree and nccl-pat: dgx-v100, dgx-a100, dgx-h100 or dgx-b200',
    )
    .option('--gpus-per-node <number>', 'for the same: GPUs that share a node')
    .option('--protocol <name>', 'for the same: LL, LL128 or Simple')
    .option('--algorithm-file <file>', 'a schedule in MSCCL XML instead of an algorithm')
    .option('--decomposition <name>', 'for an all-reduce: local-bw-aware or baseline', 'local-bw-aware')
    .option('--splits <number>', 'number of chunks of the data', '4')
    .option('--active-chunks <number>', 'chunks that run in a dimension at a time', '1')
    .option('--queues <number>', 'queues per dimension', '1')
    .option('--scheduling <policy>', 'fifo, lifo or explicit', 'fifo')
    .option('--endpoint-delay <time>', 'paid for every message, ns or with a unit', '10')
    .option('--local-memory-bandwidth <rate>', 'for reductions, GB/s or with a unit', '1600')
    .option(
      '--gen-model <terms>',
      'us per byte beyond the model, after GenModel: gamma (reduced), delta (moved by reductions), epsilon (of senders above threshold), such as gamma=2e-6,epsilon=1e-5,threshold=4',
    )
    .option('--involved <flags>', 'whether each dimension takes part, such as 1,0,1 (default: all do)')
    .addOption(new Option('--measured <log>', 'print measured times beside the simulated ones').conflicts('explain'))
    .addOption(
      new Option(
        '--plot <file>',
        'draw simulated and measured times over size as SVG (needs vega, vega-lite)',
      ).conflicts('explain'),
    )
    .option(
      '--costs <file>',
      'output of calibrate --out: fitted bandwidths and latencies, or a curve instead of the simulated time',
    )
    .option(
      '--inter-dimension-scheduling <order>',
      'order of dimensions: ascending, round-robin, themis or themis-flex',
    )
    .option(
      '--intra-dimension-scheduling <order>',
      'order in a queue: fifo, smallest-first or fewest-remaining-phases-first',
    )
    .option('--routing <name>', 'what messages pay for: first-dimension or dimension-order')
    .option(
      '--switching <name>',
      'how devices forward messages in the congestion-aware network: store-and-forward or cut-through',
    )
    .option(
      '--start-times <times>',
      'when each NPU starts, by id: ns or with units, separated by commas (default: all at 0)',
    )
    .option('--rank-order <npus>', 'the NPU of each rank of a graph, separated by commas')
    .option('--rendezvous', 'every message waits for a request from its receiver')
    .option('--folding <mode>', 'auto, or off to simulate every NPU, even those that act alike')
    .option('--engine <name>', 'phase or message (default: the cheapest exact one)')
    .option('--link-statistics', 'list the busiest links at the largest size, in the congestion-aware network')
    .addOption(new Option('--json', 'print the resolved input and every full result').conflicts('csv'))
    .addOption(new Option('--explain', 'explain where the time goes and what would help').conflicts('csv'))
    .option('--perfetto <file>', 'write the phases at the largest size for ui.perfetto.dev')
    .option(
      '--timeline <file>',
      'draw the phases at the largest size as SVG (above 1,000 how many are under way, with vega and vega-lite)',
    )
    .option('--csv', 'print one line per size, units in the column names')
    .addHelpText('after', EXAMPLES)
    .action((flags: CollectiveFlags) => collective(flags, io));
}

async function collective(flags: CollectiveFlags, io: Io): Promise<void> {
  const sizes = sizesOf(flags);
  const { model, file } = modelAndFile(flags);
  const { perfetto, timeline, algorithmFile } = flags;
  const inputs = [
    ...(file === undefined ? [] : [{ flag: '--network', path: file }]),
    ...(algorithmFile === undefined ? [] : [{ flag: '--algorithm-file', path: algorithmFile }]),
    ...(flags.weights === undefined ? [] : [{ flag: '--weights', path: flags.weights }]),
    ...(flags.costs === undefined ? [] : [{ flag: '--costs', path: flags.costs }]),
  ];
  const standard = inputs.filter(({ path }) => path === '-');
  if (standard.length > 1) {
    throw new ConfigError([
      { path: standard.at(-1)?.flag ?? '', expected: 'standard input (-) for one file', got: 'for several' },
    ]);
  }
  const outputs = [
    ...(perfetto === undefined ? [] : [{ flag: '--perfetto', path: perfetto }]),
    ...(flags.plot === undefined ? [] : [{ flag: '--plot', path: flags.plot }]),
    ...(timeline === undefined ? [] : [{ flag: '--timeline', path: timeline }]),
  ];
  checkOutputs(outputs, inputs);
  const spec = {
    ...specOf(flags),
    ...(await topologyOf(flags)),
    ...(await programOf(flags)),
    ...(await weightsOf(flags)),
    ...(await costsFrom(flags)),
  };
  const { simulateCollective } = await import('../simulate.js');
  io.foresee?.(sizes.length * messagesOfCollective(spec));
  if (flags.explain) {
    const { explainCollective } = await import('../explain/explain.js');
    const explanations = await atEachSize(spec, sizes, explainCollective);
    if (flags.json) await printJson(flags, spec, sizes, explanations, io);
    else (await import('./explain-text.js')).printExplanations(explanations, io);
  } else {
    const results = await atEachSize(spec, sizes, simulateCollective);
    const measured =
      flags.measured === undefined
        ? undefined
        : await (await import('./measured.js')).measuredColumn(flags.measured, results);
    if (flags.plot !== undefined) await (await import('./plot-times.js')).plotTimes(flags.plot, results, measured);
    if (flags.json) {
      const all = results.map((result, i) =>
        measured === undefined ? result : { ...result, measured: measured.times[i] },
      );
      await printJson(flags, spec, sizes, all, io);
    } else {
      const contends = results.some(({ dimensions }) => dimensions.some(({ links }) => links !== undefined));
      const network = model ?? (contends ? 'congestion-aware' : 'congestion-unaware');
      const asked = { ...flags, network, collective: spec.collective, topology: shorthandOf(spec.topology) };
      const times = measured?.times;
      const lines = flags.csv
        ? collectiveCsv(asked, results, times)
        : [...ncclTable(asked, results, times), ...choiceLines(results), ...linkLines(results)];
      io.out(`${lines.join('\n')}\n`);
      for (const line of [...warningLines(results), ...(measured?.notes ?? [])]) io.err(`${line}\n`);
    }
  }
  if (perfetto !== undefined || timeline !== undefined) {
    const timed = (await atEachSize({ ...spec, timeline: true }, sizes.slice(-1), simulateCollective))[0];
    if (perfetto !== undefined) await writePerfetto(perfetto, timed?.timeline ?? [], timed?.reconfigurations);
    if (timeline !== undefined && timed !== undefined) {
      await (await import('./timeline-picture.js')).writeTimelinePicture(
        timeline,
        timed,
        `${shorthandOf(spec.topology)}; ${spec.network ?? model ?? 'congestion-unaware'}`,
      );
    }
  }
}

/** Warnings are part of the results. */
async function printJson(
  { explain, algorithmFile }: CollectiveFlags,
  spec: Omit<CollectiveSpec, 'size'>,
  sizes: readonly number[],
  results: unknown,
  io: Io,
): Promise<void> {
  const { resolvedSpec } = await import('./resolved-spec.js');
  const from = algorithmFile === undefined ? {} : { algorithmFile };
  const resolved = resolvedSpec({ ...spec, size: sizes[0] as number });
  const input = { ...resolved, ...from, sizes, explain: explain === true };
  io.out(jsonOutput('collective', input, results));
}

async function writePerfetto(
  file: string,
  timeline: readonly PhaseSpan[],
  reconfigurations: readonly CircuitSpan[] | undefined,
): Promise<void> {
  const { toPerfetto } = await import('../formats/perfetto.js');
  const { writeWhole } = await import('./files/write-whole.js');
  writeWhole(file, `${JSON.stringify(toPerfetto(timeline, reconfigurations))}\n`);
}

async function topologyOf(flags: CollectiveFlags): Promise<Pick<CollectiveSpec, 'topology'>> {
  const { file } = modelAndFile(flags);
  const { topology } = flags;
  if (file !== undefined) {
    return (await import('./network-option.js')).networkFromFile(file, '--network', NETWORK_MODELS);
  }
  if (topology !== undefined) return { topology };
  const expected = 'a topology such as "ring(8, 600 GiB/s, 500 ns)", or --network FILE';
  throw new ConfigError([{ path: '--topology', expected, got: 'neither' }]);
}

async function costsFrom({ costs }: CollectiveFlags): Promise<Pick<CollectiveSpec, 'costs'>> {
  return costs === undefined ? {} : (await import('./costs-file.js')).costsOf(costs);
}

async function weightsOf({ weights: file }: CollectiveFlags): Promise<Pick<CollectiveSpec, 'weights'>> {
  if (file === undefined) return {};
  const [{ readInput }, { readWeights }] = await Promise.all([
    import('./files/read-input.js'),
    import('./weights-file.js'),
  ]);
  return { weights: readWeights((await readInput(file)).toString('utf8')) };
}

/** The schedule in an MSCCL file, instead of an algorithm by name. */
async function programOf({
  algorithmFile: file,
  collective,
  root: wanted,
}: CollectiveFlags): Promise<Partial<CollectiveSpec>> {
  if (file === undefined) return {};
  const [{ readInput }, { readMsccl }] = await Promise.all([
    import('./files/read-input.js'),
    import('../formats/msccl/read-msccl.js'),
  ]);
  const text = (await readInput(file)).toString('utf8');
  const { program, collective: claimed, root } = readMsccl(text, file === '-' ? 'standard input' : file);
  if (claimed === undefined) return { program, programClaim: 'unchecked' };
  if (claimed === collective && wanted !== undefined && numeric(wanted) !== root) {
    throw new ConfigError([{ path: '--root', expected: `${root}, the root in ${file}`, got: show(wanted) }]);
  }
  if (claimed === collective) return root === 0 ? { program } : { root, program };
  const expected = `${claimed}, which ${file} computes`;
  throw new ConfigError([{ path: '--collective', expected, got: show(collective) }]);
}

/** Collectives whose sizes are shares, with another collective of as many ranks. */
const LIKE_GATHERS: Readonly<Partial<Record<Collective, Collective>>> = {
  'all-gather': 'reduce-scatter',
  gather: 'broadcast',
};

/** Runs every size; `sizes` are total buffers, while an all-gather's spec takes one NPU's share. */
async function atEachSize<T>(
  spec: Omit<CollectiveSpec, 'size'>,
  sizes: readonly number[],
  run: (spec: CollectiveSpec) => T,
): Promise<T[]> {
  const { prepare } = await import('../simulate.js');
  return inTermsOfFlags(() => {
    // The collective does not affect which ranks take part, and these can be planned at any size.
    const like = LIKE_GATHERS[spec.collective];
    const ranks = like === undefined ? 1 : prepare({ ...spec, collective: like, size: 1 }).job.ranks;
    const shares = sizes.map((total) => Math.floor(total / ranks));
    if (shares[0] === 0) {
      const expected = `at least one byte of the total buffer for each of the ${ranks} ranks`;
      throw new ConfigError([{ path: '-b', expected, got: String(sizes[0]) }]);
    }
    return shares.map((size) => run({ ...spec, size }));
  }, FLAGS);
}
