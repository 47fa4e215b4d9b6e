import { useEffect, useMemo } from 'preact/hooks';
import { bytes } from '../format.js';
import type { WrittenFile } from '../terminal/protocol.js';
import type { Terminal } from '../terminal/terminal.js';
import { Scroll } from '../ui/scroll.js';

/** Most of a written text to show below its name. */
const MOST_LETTERS = 20_000;

const ENDS: Readonly<Record<number, string>> = {
  0: 'complete',
  1: 'the script failed',
  2: 'wrong arguments or files',
  3: 'the simulation could not continue',
  70: 'a defect in this program',
  74: 'results cannot be written',
  127: 'no such program',
};

/** Output of a command, how it ended, and the files that it wrote. */
export function TerminalOutput({ terminal, hint }: { readonly terminal: Terminal; readonly hint: string }) {
  const { state, printed, code, tookMs = 0, written } = terminal.shown.value;
  const took = tookMs < 1000 ? `${Math.round(tookMs)} ms` : `${(tookMs / 1000).toFixed(1)} s`;
  return (
    <section class="card output" aria-labelledby="output-title" aria-busy={state === 'busy'}>
      <div class="card-head">
        <h2 id="output-title">Output</h2>
        <p class="quiet" role="status">
          {state === 'busy' && 'Running …'}
          {state === 'cancelled' && 'Cancelled'}
          {state === 'ended' && (
            <span class={code === 0 ? '' : 'bad'} data-code={code}>
              Exit code {code}
              {code !== undefined && code in ENDS ? `: ${ENDS[code]}` : ''}, {took}
            </span>
          )}
        </p>
        {state === 'busy' && (
          <button type="button" class="plain" onClick={() => terminal.cancel()}>
            Cancel
          </button>
        )}
      </div>
      {printed.length === 0 ? (
        <p class="quiet">{state === 'idle' ? hint : state === 'ended' ? 'It printed nothing.' : ''}</p>
      ) : (
        <Scroll label="Printed text">
          <pre class="terminal">
            {printed.map(({ stream, text }, i) => (
              <span key={i} class={stream}>
                {text}
              </span>
            ))}
          </pre>
        </Scroll>
      )}
      {written.length > 0 && <h3>Files written</h3>}
      {written.map((file) => (
        <Written key={file.name} file={file} />
      ))}
    </section>
  );
}

function Written({ file: { name, bytes: content } }: { readonly file: WrittenFile }) {
  const isPicture = name.endsWith('.svg');
  const address = useMemo(() => {
    const type = isPicture ? 'image/svg+xml' : 'application/octet-stream';
    return URL.createObjectURL(new Blob([content], { type }));
  }, [content]);
  useEffect(() => () => URL.revokeObjectURL(address), [address]);
  const text = useMemo(() => textOf(content), [content]);
  return (
    <div class="written">
      <p>
        <a href={address} download={name.slice(name.lastIndexOf('/') + 1)}>
          <code>{name}</code>
        </a>{' '}
        <span class="quiet small">{bytes(content.length)}</span>
      </p>
      {isPicture && <img src={address} alt={name} />}
      {!isPicture && text !== undefined && (
        <details>
          <summary>Show</summary>
          <Scroll label={`The text of ${name}`}>
            <pre class="terminal">
              {text.slice(0, MOST_LETTERS)}
              {text.length > MOST_LETTERS ? '\n…' : ''}
            </pre>
          </Scroll>
        </details>
      )}
    </div>
  );
}

/** Undefined for anything but text. */
function textOf(content: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(content);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}
