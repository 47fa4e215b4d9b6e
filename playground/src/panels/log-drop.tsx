import { computed, signal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { count, bytes as sizeText } from '../format.js';
import { Question } from '../state/question.js';
import { page, result } from '../state/store.js';
import type { Curve } from '../ui/chart.js';
import { Failed } from './failed.js';

const question = new Question('log');
const file = signal<{ readonly name: string; readonly note: string } | undefined>(undefined);

/** Most bytes to read of a log: nobody measures more sizes than fit. */
const MOST_BYTES = 4 * 1024 * 1024;

async function read(chosen: File | undefined): Promise<void> {
  if (chosen === undefined) return;
  const isCut = chosen.size > MOST_BYTES;
  const note = isCut ? `Only the first ${sizeText(MOST_BYTES)} of its ${sizeText(chosen.size)} were read.` : '';
  file.value = { name: chosen.name, note };
  try {
    question.ask(await chosen.slice(0, MOST_BYTES).text());
  } catch (error) {
    file.value = { name: chosen.name, note: `It could not be read: ${error instanceof Error ? error.message : error}` };
  }
}

const COLOURS = ['var(--warn-line)', 'var(--bad)', 'var(--line-strong)'];
/** Most tables that a reader can tell apart. */
const MOST_TABLES = 3;

/** Measured times as curves: bus bandwidth by nccl-tests' factor. */
export const measuredCurves = computed((): readonly Curve[] => {
  const { value, failure } = question.answer.value;
  if (value === undefined || failure !== undefined) return [];
  const { op } = page.value;
  const npus = result.answer.value.value?.ranks ?? 2;
  return value.tables.slice(0, MOST_TABLES).map(({ name, collective = op, ranks = npus, rows }, i): Curve => {
    const factor = ((ranks - 1) / ranks) * (collective === 'all-reduce' ? 2 : 1);
    const points = rows.map(({ bytes, timeUs }) => ({
      ...{ bytes, timeNs: timeUs * 1000, busbwGBps: (factor * bytes) / (timeUs * 1000) },
    }));
    return {
      ...{ name: `measured: ${name || collective}`, colour: COLOURS[i] as string, isMeasured: true },
      points: points.sort((a, b) => a.bytes - b.bytes),
    };
  });
});

/** Takes a log of nccl-tests, dropped or chosen. */
export function LogDrop() {
  const input = useRef<HTMLInputElement>(null);
  const { value, failure, state } = question.answer.value;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the button does the same
    <div
      class="drop"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        void read(event.dataTransfer?.files[0]);
      }}
    >
      <p>
        <strong>Beside measurements:</strong> drop a log of nccl-tests, rccl-tests or the OSU benchmarks here, or{' '}
        <button type="button" class="plain" onClick={() => input.current?.click()}>
          choose a file
        </button>
        . It stays in your browser and is not part of the link.
      </p>
      <input
        ref={input}
        type="file"
        class="hidden"
        tabIndex={-1}
        aria-label="A log of measured times"
        onChange={({ currentTarget }) => {
          void read(currentTarget.files?.[0]);
          currentTarget.value = '';
        }}
      />
      <div aria-live="polite">
        {file.value !== undefined && (
          <p class="small">
            <b>{file.value.name}</b> {file.value.note}{' '}
            {state === 'done' &&
              value !== undefined &&
              `${value.tables.map(({ rows, ranks }) => `${count(rows.length)} sizes${ranks === undefined ? ', assumed to be on as many ranks as the network has NPUs' : ` on ${ranks} ranks`}`).join(', ')}.`}
          </p>
        )}
        {value?.notes.slice(0, 4).map(({ what, count: often, first }) => (
          <p class="quiet small" key={what}>
            Passed over: {often} × {what}, first in line {first}.
          </p>
        ))}
        {failure !== undefined && <Failed failure={failure} />}
      </div>
    </div>
  );
}
