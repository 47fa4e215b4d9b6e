import { issuesOf } from '../state/issues.js';
import { change, changeRow, page } from '../state/store.js';
import { ChoiceField, Segments, TextField } from '../ui/field.js';

const ALGORITHMS = ['ring', 'bidirectional-ring', 'direct', 'halving-doubling', 'double-binary-tree'];
const FLAT = [
  { value: 'no', label: 'one per dimension' },
  { value: 'one-ring', label: 'ring over all NPUs' },
  { value: 'one-bidirectional-ring', label: 'bidirectional ring over all NPUs' },
  { value: 'one-direct', label: 'direct over all NPUs' },
  { value: 'one-halving-doubling', label: 'halving-doubling over all NPUs' },
];

/** The collective, and how to run it. */
export function CollectivePanel() {
  const { op, size, splits, active, links, form } = page.value;
  return (
    <section class="card" aria-labelledby="collective-title">
      <div class="card-head">
        <h2 id="collective-title">Collective</h2>
      </div>
      <div class="grid-2">
        <ChoiceField
          label="Operation"
          word="collective"
          value={op}
          options={['all-reduce', 'reduce-scatter', 'all-gather', 'all-to-all']}
          onChoice={(value) => change({ op: value })}
        />
        <TextField
          label="Size per NPU"
          word="size"
          value={size}
          path="size"
          issues={issuesOf('size')}
          onText={(text) => change({ size: text })}
        />
      </div>
      {form === 'graph' ? <GraphAlgorithm /> : <Algorithms />}
      <div class="grid-2">
        <TextField
          label="Splits"
          word="splits"
          inputMode="numeric"
          value={splits}
          path="splits"
          issues={issuesOf('splits')}
          onText={(text) => change({ splits: text })}
        />
        <TextField
          label="Active chunks"
          word="active"
          inputMode="numeric"
          value={active}
          path="activeChunks"
          issues={issuesOf('activeChunks')}
          onText={(text) => change({ active: text })}
        />
      </div>
      <Segments
        label="Messages on one link"
        word="model"
        value={links}
        options={[
          { value: 'overlap', label: 'overlap' },
          { value: 'queue', label: 'queue' },
        ]}
        onChoice={(value) => change({ links: value })}
      />
      <More />
    </section>
  );
}

function GraphAlgorithm() {
  return (
    <ChoiceField
      label="Algorithm over all NPUs"
      word="algorithm"
      value={page.value.graphalg}
      options={ALGORITHMS}
      path="algorithms"
      issues={[...issuesOf('algorithms'), ...issuesOf('algorithms[0]')]}
      onChoice={(value) => change({ graphalg: value })}
    />
  );
}

function Algorithms() {
  const { flat, rows } = page.value;
  return (
    <div class="algorithms">
      <ChoiceField
        label="Algorithm"
        word="algorithm"
        value={flat}
        options={FLAT}
        path="algorithms"
        issues={issuesOf('algorithms')}
        onChoice={(value) => change({ flat: value })}
      />
      {flat === 'no' && (
        <div class="per-dimension">
          {rows.map(({ kind, npus, algorithm }, i) => (
            <ChoiceField
              key={i}
              class="beside"
              label={`${i}: ${kind}(${npus})`}
              value={algorithm}
              options={ALGORITHMS}
              path={`algorithms[${i}]`}
              issues={issuesOf(`algorithms[${i}]`)}
              onChoice={(value) => changeRow(i, { algorithm: value })}
            />
          ))}
        </div>
      )}
    </div>
  );
}

function More() {
  const { split, order, waiting, endpoint, memory } = page.value;
  return (
    <details>
      <summary>More settings</summary>
      <div class="grid-2">
        <TextField
          label="End-point delay"
          word="endpoint"
          value={endpoint}
          path="endpointDelay"
          issues={issuesOf('endpointDelay')}
          onText={(text) => change({ endpoint: text })}
        />
        <TextField
          label="Memory bandwidth"
          word="memory"
          value={memory}
          path="localMemoryBandwidth"
          issues={issuesOf('localMemoryBandwidth')}
          onText={(text) => change({ memory: text })}
        />
        <ChoiceField
          label="Decomposition"
          word="decomposition"
          value={split}
          options={['local-bw-aware', 'baseline']}
          onChoice={(value) => change({ split: value })}
        />
        <ChoiceField
          label="Order of dimensions"
          word="order"
          value={order}
          options={['ascending', 'round-robin', 'themis', 'themis-flex']}
          onChoice={(value) => change({ order: value })}
        />
        <ChoiceField
          label="Order in a queue"
          word="waiting"
          value={waiting}
          options={['fifo', 'smallest-first', 'fewest-remaining-phases-first']}
          onChoice={(value) => change({ waiting: value })}
        />
      </div>
    </details>
  );
}
