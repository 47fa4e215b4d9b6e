import type { Issue } from 'astra-sim-ts';
import { Question } from '../state/question.js';
import { change, page } from '../state/store.js';
import { PLAN_FLAGS, PLAN_NUMBERS } from '../state/training.js';
import { ChoiceField, TextField } from '../ui/field.js';
import type { Word } from '../ui/glossary.js';

export const step = new Question('training');

const MODELS = [
  'gpt3-175b',
  'megatron-22b',
  'megatron-530b',
  'megatron-1t',
  'llama2-70b',
  'llama3-405b',
  'mixtral-8x7b',
  'deepseek-v3',
];
const CLUSTERS = ['dgx-a100 x 1024', 'dgx-h100 x 1024', 'gb200-nvl72 x 576', 'mi300x x 1024', 'tpu-v4 x 4096'];

function issuesOf(path: string): readonly Issue[] {
  return step.answer.value.failure?.issues.filter((issue) => issue.path === path) ?? [];
}

const WORDS: Readonly<Record<string, Word>> = {
  tensor: 'tensor',
  pipeline: 'pipeline',
  context: 'context',
  expert: 'expert',
  batch: 'batch',
  micro: 'micro',
};

/** Model, cluster and plan. */
export function TrainingInputs() {
  const { model, cluster, schedule, chunks, zero, recompute, gradients } = page.value;
  return (
    <section class="card" aria-labelledby="plan-title">
      <div class="card-head">
        <h2 id="plan-title">Model, cluster, plan</h2>
      </div>
      <ChoiceField
        label="Model"
        value={model}
        options={MODELS}
        path="model"
        issues={issuesOf('model')}
        onChoice={(value) => change({ model: value })}
      />
      <TextField
        label="Cluster"
        word="cluster"
        value={cluster}
        list={CLUSTERS}
        path="cluster"
        issues={issuesOf('cluster')}
        onText={(value) => change({ cluster: value })}
      />
      <h3 class="sub">Degrees and batch</h3>
      <div class="grid-2">
        {PLAN_NUMBERS.map(({ field, plan, label }) => (
          <TextField
            key={field}
            label={label}
            word={WORDS[field]}
            inputMode="numeric"
            value={page.value[field]}
            path={`plan.${plan}`}
            issues={issuesOf(`plan.${plan}`)}
            onText={(value) => change({ [field]: value })}
          />
        ))}
      </div>
      {issuesOf('plan').map(({ expected, got }) => (
        <p class="issue" key={expected}>
          Expected {expected}, got {got}.
        </p>
      ))}
      <h3 class="sub">How to run it</h3>
      <div class="grid-2">
        <ChoiceField
          label="Schedule"
          word="schedule"
          value={schedule}
          options={['1f1b', 'gpipe', 'interleaved']}
          onChoice={(value) => change({ schedule: value })}
        />
        {schedule === 'interleaved' && (
          <TextField
            label="Chunks per stage"
            inputMode="numeric"
            value={chunks}
            path="plan.chunks"
            issues={issuesOf('plan.chunks')}
            onText={(value) => change({ chunks: value })}
          />
        )}
        <ChoiceField
          label="ZeRO stage"
          word="zero"
          value={zero}
          options={['0', '1', '2', '3']}
          onChoice={(value) => change({ zero: value })}
        />
        <ChoiceField
          label="Recompute"
          word="recompute"
          value={recompute}
          options={['none', 'selective', 'full']}
          onChoice={(value) => change({ recompute: value })}
        />
        <ChoiceField
          label="Bytes of a gradient"
          value={gradients}
          options={['4', '2']}
          onChoice={(value) => change({ gradients: value })}
        />
      </div>
      <fieldset class="checks">
        <legend class="hidden">Switches</legend>
        {PLAN_FLAGS.map(({ field, label }) => (
          <label key={field} class="check">
            <input
              type="checkbox"
              checked={page.value[field] === 'yes'}
              onChange={({ currentTarget }) => change({ [field]: currentTarget.checked ? 'yes' : 'no' })}
            />
            {label}
          </label>
        ))}
      </fieldset>
    </section>
  );
}
