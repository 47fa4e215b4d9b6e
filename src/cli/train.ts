import { type Command, Option } from 'commander';
import type { PlanSpec } from '../training/plan-spec.js';
import { flagOf, negationOf } from './flags.js';
import type { Io } from './io.js';
import { type GivenFlags, PLAN_FLAGS } from './train/plan-flags.js';
import type { TrainFlags } from './train/train-command.js';
import type { TrainTuneFlags } from './train/tune-command.js';

const EXAMPLES = `
What is not given has its default. A file (YAML or JSON) has the same options by name, also of a
model and of accelerators of your own; flags go over it, and those without a value have a form that
turns off what the file turns on: --no-fused-attention, --no-overlap-gradients, and so on.

  model: { style: llama, layers: 32, hidden: 4096, heads: 32, vocabulary: 32000, sequence: 4096 }
  cluster: dgx-h100 x 64
  plan: { globalBatch: 512, tensor: 4, zero: 1, overlapGradients: true }

Examples:
  $ astra-sim-ts train --model gpt3-175b --cluster dgx-a100 --gpus 1024 --tensor 8 --pipeline 16 \\
      --micro-batch 1 --global-batch 1536 --recompute full
  $ astra-sim-ts train step.yml --fused-attention --perfetto step.json --timeline step.svg
  $ astra-sim-ts train tune --model gpt3-175b --cluster dgx-a100 --gpus 1024 --global-batch 1536
`;

const TUNE_EXAMPLES = `
Options of the plan take several values with commas; flags without a value in train take true, false or both
here (--no-fused-attention is --fused-attention false).
What is not named is searched over what is worth a look: degrees that divide, micro-batches 1 to 8,
chunks 1, 2 and 4, ZeRO 0 to 3, all ways to recompute, orders of axes with tensor ranks as neighbours; with
sequence parallelism and overlapped gradients. Plans that divide nothing evenly, those that do not fit into
memory, and orders of axes that place ranks as another does on this cluster, are counted and not simulated.
With several numbers of accelerators (--gpus 256-4096) the best plan on each, and which numbers pay.
A file may have the values too: "space: { tensor: [4, 8], zero: [0, 1] }".

Examples:
  $ astra-sim-ts train tune --model gpt3-175b --cluster dgx-a100 --gpus 1024 --global-batch 1536
  $ astra-sim-ts train tune --model llama3-405b --cluster dgx-h100 --gpus 2048 --global-batch 2048 \\
      --tensor 8 --pipeline 8,16 --micro-batch 1,2 --zero 0,1 --fused-attention true --plot front.svg
  $ astra-sim-ts train tune --model gpt3-175b --cluster dgx-a100 --gpus 256-2048 --global-batch 1536 \\
      --tensor 8 --zero 1 --fused-attention true --plot scale.svg
`;

/** `astra-sim-ts train`: predicts the time of a training step, and finds the best plan. */
export function addTrainCommand(program: Command, io: Io, endWith: (code: number) => void): void {
  const train = program
    .command('train')
    .description('predict a training step of a transformer on a cluster: time, its breakdown, memory, what would help')
    .argument('[file]', 'options (YAML or JSON); - for standard input')
    .enablePositionalOptions();
  addMachine(train, '--gpus <number>', 'accelerators of the cluster (default: as many as the plan has)');
  for (const { option, value, about } of PLAN_FLAGS) {
    train.option(value === undefined ? flagOf(option) : `${flagOf(option)} <${value}>`, about);
    if (value === undefined) addNegation(train, option);
  }
  train
    .option('--changes <number>', 'single changes to print; 0 for none', '5')
    .option('--perfetto <file>', 'write what one accelerator of each stage does, for ui.perfetto.dev')
    .option('--timeline <file>', 'draw the same as SVG')
    .option('--traces <dir>', 'write Chakra traces of the accelerators: DIR/step.<npu>.et')
    .option('--ranks <list>', 'accelerators to write traces of, such as 0,8-15 (default: all)')
    .option('--json', 'print the input as resolved and all of the result')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string | undefined, flags: TrainFlags & GivenFlags) => {
      const { trainCommand } = await import('./train/train-command.js');
      await trainCommand(file, flags, io);
    });
  addTune(train, io, endWith);
}

function addTune(train: Command, io: Io, endWith: (code: number) => void): void {
  const tune = train
    .command('tune')
    .description('find the best plan: simulate all that divide evenly and fit')
    .argument('[file]', 'options (YAML or JSON); - for standard input');
  addMachine(tune, '--gpus <numbers>', 'accelerators: one number, several (256,512), or doubled (256-4096)');
  for (const { option, value, about, isKnob } of PLAN_FLAGS) {
    tune.option(`${flagOf(option)} <${isKnob ? 'values' : value}>`, about.replace(/ \(default:.*\)/, ''));
    if (value === undefined) addNegation(tune, option);
  }
  tune
    .option('-n, --best <number>', 'how many plans to print', '10')
    .option('-j, --workers <number>', 'threads; 0 for none (default: one per core)')
    .option('--plot <file>', 'draw time against memory, or against accelerators, as SVG (needs vega and vega-lite)')
    .addOption(new Option('--json', 'print the input as resolved and all of the result').conflicts('csv'))
    .option('--csv', 'print one line per plan, the fastest first, units in the column names')
    .addHelpText('after', TUNE_EXAMPLES)
    .action(async (file: string | undefined, flags: TrainTuneFlags & GivenFlags) => {
      const { trainTuneCommand } = await import('./train/tune-command.js');
      endWith(await trainTuneCommand(file, flags, io));
    });
}

/** Flags that undo what a file sets; one sentence of the help covers them all. */
function addNegation(command: Command, option: keyof PlanSpec): void {
  command.addOption(new Option(negationOf(option), `not ${flagOf(option)}`).hideHelp());
}

function addMachine(command: Command, gpus: string, about: string): void {
  command
    .option('--model <name>', 'gpt3-175b, llama3-405b, mixtral-8x7b, ...; an unknown one lists them')
    .option('--cluster <name>', 'dgx-a100, dgx-h100, gb200-nvl72, mi300x or tpu-v4; also "dgx-h100 x 64"')
    .option(gpus, about)
    .option('--efficiency <share>', 'share of the peak that matrix multiplications reach (default: by their sizes)')
    .option('--memory-efficiency <share>', 'share of the memory bandwidth that is reached (default: 0.8)')
    .option('--endpoint-delay <time>', 'cost of every message of a collective, ns or with a unit (default: 10)')
    .option('--splits <number>', 'chunks per collective (default: 1)')
    .option('--costs <file>', 'costs of collectives fitted to measurements, from calibrate --out')
    .option(
      '--network <model>',
      'congestion-unaware (default), or congestion-aware: groups wait for each other at links',
    );
}
