import { useEffect } from 'preact/hooks';
import { percent, time, times } from '../format.js';
import { Question } from '../state/question.js';
import { announcement, applyPatch, spec } from '../state/store.js';
import { Asked } from '../ui/asked.js';
import { Help } from '../ui/help.js';
import { Stacked } from '../ui/stacked.js';
import type { Advice, CostKind, Explained } from '../worker/protocol.js';

const question = new Question('explain', { isLong: true });

const COSTS: readonly { readonly kind: CostKind; readonly name: string; readonly colour: string }[] = [
  { kind: 'bandwidthNs', name: 'bandwidth', colour: 'var(--reduce-scatter)' },
  { kind: 'latencyNs', name: 'latency', colour: 'var(--all-reduce)' },
  { kind: 'reductionNs', name: 'adding up', colour: 'var(--all-gather)' },
  { kind: 'endpointNs', name: 'end points', colour: 'var(--all-to-all)' },
  { kind: 'waitingNs', name: 'waiting for links and peers', colour: 'var(--line-strong)' },
];

/** Least gain of a change worth showing. */
const WORTH = 1.005;

/** Where the time goes, and every single change that helps, as a button. */
export default function AdvicePanel() {
  const asked = spec.value;
  useEffect(() => question.ask(asked), [asked]);
  return (
    <div class="panel">
      <Asked question={question}>{(value) => <Shown value={value} />}</Asked>
    </div>
  );
}

function Shown({ value }: { readonly value: Explained }) {
  const { spent, timeNs, spentByDimension, advice } = value;
  const helpful = advice.filter(({ speedup }) => speedup >= WORTH);
  const rest = advice.length - helpful.length;
  return (
    <>
      <h3>
        What the time goes to, along the critical path <Help word="spent" />
      </h3>
      <Stacked
        total={timeNs}
        parts={COSTS.map(({ kind, name, colour }) => ({ name, colour, value: spent[kind], text: time(spent[kind]) }))}
      />
      {spentByDimension.length > 1 && (
        <p class="lead">
          Of it in {spentByDimension.map((ns, i) => `dimension ${i}: ${percent(ns / timeNs)}`).join(', ')}.
        </p>
      )}
      <h3>Change one thing</h3>
      <p class="lead">Each change was simulated on its own. Press one to make it.</p>
      {helpful.length === 0 && <p>No single change makes it faster.</p>}
      <ul class="advice">
        {helpful.map((one) => (
          <li key={one.change}>
            <AdviceButton advice={one} best={helpful[0]?.speedup ?? 1} />
          </li>
        ))}
      </ul>
      {rest > 0 && <p class="quiet small">{rest} other simulated changes do not help.</p>}
    </>
  );
}

function AdviceButton({ advice, best }: { readonly advice: Advice; readonly best: number }) {
  const { change, kind, timeNs, speedup, physical, patch } = advice;
  const apply = () => {
    applyPatch(patch);
    announcement.value = `Changed: ${change}`;
  };
  const isPossible = patch.rows.length > 0 || Object.keys(patch.fields).length > 0;
  return (
    <button type="button" class="advice-button" disabled={!isPossible} onClick={apply}>
      <span class="advice-gain">{times(speedup)}</span>
      <span class="advice-text">
        {change}
        <em class="tag">{kind === 'hardware' ? 'hardware' : 'settings'}</em>
        {!physical && <em class="tag warn">faster than the links allow: a gain only in the model</em>}
      </span>
      <span class="advice-time">{time(timeNs)}</span>
      <span class="advice-bar" aria-hidden="true">
        <span style={{ width: `${(100 * (speedup - 1)) / Math.max(1e-9, best - 1)}%` }} />
      </span>
    </button>
  );
}
