import { useEffect } from 'preact/hooks';
import { STEP_KINDS, type StepKind } from '../../../src/charts/timeline/steps.js';
import { bytes, count, digits, percent, sentence, time } from '../format.js';
import { Question } from '../state/question.js';
import { announcement, change, page } from '../state/store.js';
import { fieldsOfPlan, trainingOptionsOf } from '../state/training.js';
import { type Kind, TimelineView } from '../timeline/view.js';
import { Asked } from '../ui/asked.js';
import type { Word } from '../ui/glossary.js';
import { Help } from '../ui/help.js';
import { Meter } from '../ui/meter.js';
import { Stacked } from '../ui/stacked.js';
import type { TrainingStep } from '../worker/protocol.js';
import { step, TrainingInputs } from './training-inputs.js';

const changes = new Question('changes', { isLong: true });

/** A training step: model, cluster, plan, and where its time goes. */
export default function Training() {
  const asked = trainingOptionsOf(page.value);
  const text = JSON.stringify(asked);
  useEffect(() => {
    step.ask(asked, () => changes.ask(asked));
  }, [text]);
  return (
    <div class="columns">
      <div class="inputs">
        <TrainingInputs />
      </div>
      <div class="outputs">
        <section class="card result" aria-labelledby="step-title">
          <div class="card-head">
            <h2 id="step-title">A training step</h2>
          </div>
          <Asked question={step}>{(value) => <Shown value={value} />}</Asked>
        </section>
        <section class="card panel" aria-labelledby="changes-title">
          <h2 id="changes-title">Change one thing</h2>
          <p class="lead">The single changes that help most, each simulated. Press one to make it.</p>
          <Changes />
        </section>
      </div>
    </div>
  );
}

const PARTS = [
  { kind: 'forward', name: 'forward', colour: 'var(--reduce-scatter)' },
  { kind: 'backward', name: 'backward', colour: 'var(--accent-soft)' },
  { kind: 'recomputed', name: 'recomputed', colour: 'var(--faint)' },
  { kind: 'optimizer', name: 'optimizer', colour: 'var(--ink)' },
  { kind: 'tensor', name: 'tensor communication', colour: 'var(--all-reduce)' },
  { kind: 'context', name: 'context communication', colour: 'var(--bad)' },
  { kind: 'expert', name: 'expert communication', colour: 'var(--warn-line)' },
  { kind: 'pipeline', name: 'messages between stages', colour: 'var(--all-to-all)' },
  { kind: 'data', name: 'gradients and weights', colour: 'var(--all-gather)' },
  { kind: 'bubble', name: 'waiting for other stages', colour: 'var(--line-strong)' },
] as const;

function Shown({ value: { result, spans, names } }: { readonly value: TrainingStep }) {
  const { stepNs, tokensPerSecond, modelFlopsUtilisation, breakdown, memory, fits, npus, microBatches, warnings } =
    result;
  return (
    <>
      <p class="hidden" aria-live="polite">
        A step takes {time(stepNs)}.
      </p>
      <dl class="figures">
        <div class="main-figure">
          <dt>Time of a step</dt>
          <dd>
            <strong>{time(stepNs)}</strong>
            <small>
              on {count(npus)} accelerators, {count(microBatches)} micro-batches per pipeline
            </small>
          </dd>
        </div>
        <Figure name="Tokens" value={`${digits(tokensPerSecond / 1000)} k/s`} />
        <Figure name="Utilisation" word="mfu" value={percent(modelFlopsUtilisation)} />
        <Figure
          name="Memory"
          word="fits"
          value={`${digits(memory.total / 1e9)} GB`}
          note={fits ? 'fits' : 'does not fit'}
        />
      </dl>
      <Stacked
        total={stepNs}
        parts={PARTS.map(({ kind, name, colour }) => ({
          name,
          colour,
          value: breakdown[kind],
          text: time(breakdown[kind]),
        }))}
      />
      {warnings.length > 0 && (
        <div class="warnings">
          <h3>Before you quote this number</h3>
          <ul>
            {warnings.map(({ code, message }) => (
              <li key={code}>{sentence(message)}</li>
            ))}
          </ul>
        </div>
      )}
      <h3>Memory of the fullest stage</h3>
      <div class="meters">
        {(['weights', 'gradients', 'optimizer', 'activations'] as const).map((kind) => (
          <Meter key={kind} label={kind} share={memory[kind] / memory.total} text={bytes(memory[kind])} kind="soft" />
        ))}
      </div>
      <h3>The pipeline, stage by stage</h3>
      <TimelineView
        spans={spans}
        kinds={KINDS}
        label={`Pipeline of ${spans.groups.length} stages`}
        hint={`Stages from top to bottom, ${count(spans.count)} passes and collectives; numbers are micro-batches. Point at one to see what it is.`}
        describe={(span) => {
          const [start, end] = [spans.startNs[span] as number, spans.endNs[span] as number];
          const lane = spans.firstOfLane.findLastIndex((first) => first <= span);
          return `${spans.groups[spans.groupOfLane[lane] as number]}: ${names[spans.at[span] as number]}, ${time(start)} to ${time(end)}, ${time(end - start)}.`;
        }}
      />
    </>
  );
}

const COLOURS: Readonly<Record<StepKind, string>> = {
  forward: '--reduce-scatter',
  backward: '--all-gather',
  optimizer: '--ink',
  'tensor communication': '--line-strong',
  'context communication': '--line-strong',
  'expert communication': '--line-strong',
  'gradients and weights': '--all-reduce',
};
const KINDS: readonly Kind[] = STEP_KINDS.map((name) => ({ name, colour: COLOURS[name] }));

function Figure({
  name,
  value,
  word,
  note,
}: {
  readonly name: string;
  readonly value: string;
  readonly word?: Word;
  readonly note?: string;
}) {
  return (
    <div>
      <dt>
        {name} {word !== undefined && <Help word={word} />}
      </dt>
      <dd>
        <b>{value}</b>
        {note !== undefined && <small>{note}</small>}
      </dd>
    </div>
  );
}

/** Least share of a change worth showing. */
const WORTH = 0.001;

function Changes() {
  return (
    <Asked question={changes}>
      {(all) => {
        const list = all.filter(({ gain }) => gain >= WORTH);
        return list.length === 0 ? (
          <p>No single change makes it faster.</p>
        ) : (
          <ul class="advice">
            {list.map(({ name, plan, gain, stepNs, memoryBytes }) => (
              <li key={name}>
                <button
                  type="button"
                  class="advice-button"
                  onClick={() => {
                    change(fieldsOfPlan(plan));
                    announcement.value = `Changed: ${name}`;
                  }}
                >
                  <span class="advice-gain">−{percent(gain)}</span>
                  <span class="advice-text">
                    {name.replace('->', '→')}
                    <em class="tag">{digits(memoryBytes / 1e9)} GB</em>
                  </span>
                  <span class="advice-time">{time(stepNs)}</span>
                  <span class="advice-bar" aria-hidden="true">
                    <span style={{ width: `${(100 * gain) / Math.max(1e-9, list[0]?.gain ?? 1)}%` }} />
                  </span>
                </button>
              </li>
            ))}
          </ul>
        );
      }}
    </Asked>
  );
}
