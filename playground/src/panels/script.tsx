import { useEffect } from 'preact/hooks';
import { change, page, visits } from '../state/store.js';
import { filesBeside } from '../terminal/examples.js';
import { Terminal } from '../terminal/terminal.js';
import { Files } from './files.js';
import { TerminalOutput } from './terminal-output.js';

const terminal = new Terminal();
/** Name of the script among the files. */
const NAME = 'script.ts';

/** A script that uses the library. */
export default function ScriptPanel() {
  const { script, files } = page.value;
  const beside = filesBeside([script, ...files.map(({ text }) => text)].join('\n'), files);
  const start = () => terminal.run({ command: `node ${NAME}`, files: [...beside, { name: NAME, text: script }] });
  useEffect(() => () => terminal.clear(), [visits.value]);
  return (
    <div class="desk">
      <section class="card" aria-labelledby="script-title">
        <div class="card-head">
          <h2 id="script-title">
            <label for="script-text">Script</label>
          </h2>
        </div>
        <textarea
          id="script-text"
          class="code"
          rows={Math.min(34, Math.max(12, script.split('\n').length + 1))}
          value={script}
          spellcheck={false}
          autocapitalize="off"
          aria-describedby="script-hint"
          onInput={({ currentTarget }) => change({ script: currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) start();
          }}
        />
        <p id="script-hint" class="quiet small">
          JavaScript, or TypeScript with its types ignored. It imports <code>astra-sim-ts</code> and its subpaths,{' '}
          <code>node:fs</code> for the files below, <code>js-yaml</code> and <code>seedrandom</code>; it has no network
          and no page. Ctrl and Enter run it.
        </p>
        <button type="button" class="button main" onClick={start}>
          Run
        </button>
      </section>
      <TerminalOutput terminal={terminal} hint="Press Run. The script's output and files appear here." />
      <Files beside={beside} />
    </div>
  );
}
