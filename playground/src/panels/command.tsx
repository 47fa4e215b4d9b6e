import { useEffect } from 'preact/hooks';
import { change, page, visits } from '../state/store.js';
import { filesBeside } from '../terminal/examples.js';
import { Terminal } from '../terminal/terminal.js';
import { ChoiceField } from '../ui/field.js';
import { Files } from './files.js';
import { TerminalOutput } from './terminal-output.js';

const terminal = new Terminal();

/** Commands to start from. */
const COMMANDS: readonly (readonly [name: string, command: string])[] = [
  [
    'Times over sizes',
    'astra-sim-ts collective --topology "ring(8, 600 GB/s, 500 ns) x switch(4, 50 GB/s, 2 us)" -b 1M -e 1G -f 8',
  ],
  [
    'What the time goes to, with a picture',
    'astra-sim-ts collective --topology "ring(8, 600 GB/s, 500 ns) x switch(4, 50 GB/s, 2 us)" \\\n  -b 64M --splits 8 --explain --timeline phases.svg',
  ],
  [
    'Every algorithm on a graph',
    'astra-sim-ts compare --topology "graph: dgx-1(V100, 700 ns)" --size 1MiB --no-crossovers',
  ],
  [
    'A training step, with its pipeline',
    'astra-sim-ts train --model gpt3-175b --cluster dgx-a100 --gpus 1024 --tensor 8 --pipeline 16 \\\n  --global-batch 128 --recompute full --changes 0 --timeline pipeline.svg',
  ],
  [
    'The best plan of a training step',
    'astra-sim-ts train tune --model gpt3-175b --cluster dgx-a100 --gpus 1024 --global-batch 1536 \\\n  --tensor 8 --pipeline 4,8,16 --micro-batch 1,2 --zero 0,1 --best 3',
  ],
  ['All points of a design space', 'astra-sim-ts sweep examples/sweeps/study-360.yml --out results.csv'],
  [
    'Traces of a transformer, written and run',
    'astra-sim-ts trace transformer --layers 2 --hidden 1024 --sequence 512 --global-batch 4 \\\n  --tensor-parallel 4 --flops 300e12 --out traces\nastra-sim-ts run --workload-configuration=traces/transformer --comm-group-configuration=traces/transformer.groups.json \\\n  --system-configuration=examples/astra-sim/system.json --topology "ring(2, 600 GB/s, 500 ns) x switch(2, 50 GB/s, 2 us)"',
  ],
  ['A job placed on a cluster', 'astra-sim-ts place examples/cluster/fat-tree.yml'],
  ['Jobs that slow each other down', 'astra-sim-ts jobs examples/cluster/jobs.yml'],
  ['Bandwidth allotted to dimensions', 'astra-sim-ts allocate examples/cluster/allocate.yml'],
  ['Circuits switched in time', 'astra-sim-ts circuits examples/cluster/circuits.yml'],
  ['What NCCL would choose', 'astra-sim-ts nccl --machine dgx-h100 --nodes 2 -b 1K -e 1G -f 32'],
  ['A model fitted to measured times', 'astra-sim-ts calibrate data/measurements/abci-a100-2n-allreduce.txt'],
];

/** A command line: that of a terminal, with files in memory. */
export default function CommandPanel() {
  const { command, files, run } = page.value;
  const beside = filesBeside([command, ...files.map(({ text }) => text)].join('\n'), files);
  const start = () => {
    change({ run: 'yes' });
    terminal.run({ command, files: beside });
  };
  useEffect(() => {
    // A link shows what its command prints. Somebody else's script runs only after the user has seen it and agrees.
    if (run === 'yes' && !/\bnode\b/.test(command)) start();
    return () => terminal.clear();
  }, [visits.value]);
  const lines = command.split('\n').length + Math.floor(command.length / 70);
  return (
    <div class="desk">
      <section class="card" aria-labelledby="command-title">
        <div class="card-head">
          <h2 id="command-title">
            <label for="command-text">Command</label>
          </h2>
        </div>
        <ChoiceField
          label="Begin with"
          value=""
          options={[{ value: '', label: 'Choose an example …' }, ...COMMANDS.map(([name]) => name)]}
          onChoice={(name) => {
            const found = COMMANDS.find(([one]) => one === name)?.[1];
            if (found !== undefined) change({ command: found, files: [], run: 'no' });
          }}
        />
        <textarea
          id="command-text"
          class="code"
          rows={Math.min(16, Math.max(3, lines))}
          value={command}
          spellcheck={false}
          autocapitalize="off"
          aria-describedby="command-hint"
          onInput={({ currentTarget }) => change({ command: currentTarget.value, run: 'no' })}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) start();
          }}
        />
        <p id="command-hint" class="quiet small">
          As in a terminal: any command of astra-sim-ts, <code>--help</code>, <code>node FILE</code>, one per line;{' '}
          <code>&gt;</code>, <code>&lt;</code> and <code>|</code> redirect. Ctrl and Enter run it.
        </p>
        <button type="button" class="button main" onClick={start}>
          Run
        </button>
      </section>
      <TerminalOutput terminal={terminal} hint="Press Run. The command's output and files appear here." />
      <Files beside={beside} />
    </div>
  );
}
