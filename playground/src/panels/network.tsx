import type { DimensionKind } from 'astra-sim-ts';
import { count } from '../format.js';
import { graphIssues, issuesOf } from '../state/issues.js';
import type { Row } from '../state/page.js';
import { applyPreset, PRESETS } from '../state/presets.js';
import { addRow, change, changeRow, MOST_ROWS, page, removeRow, result } from '../state/store.js';
import { DragHandle } from '../ui/drag-handle.js';
import { ChoiceField, Segments, TextField, words } from '../ui/field.js';
import { Help } from '../ui/help.js';
import { lazy, Suspense } from '../ui/lazy.js';

const Drawing = lazy(() => import('./drawing.js'));

export const KIND_NAMES: readonly { readonly value: DimensionKind; readonly label: string }[] = [
  { value: 'ring', label: 'ring' },
  { value: 'switch', label: 'switch' },
  { value: 'fully-connected', label: 'all to all' },
];

/** The network: dimensions, or a graph. */
export function NetworkPanel() {
  const { form } = page.value;
  return (
    <section class="card" aria-labelledby="network-title">
      <div class="card-head">
        <h2 id="network-title">Network</h2>
        <span class="quiet">{npusText()}</span>
      </div>
      <ChoiceField
        label="Begin with"
        value=""
        options={[{ value: '', label: 'a network …' }, ...PRESETS.map(({ name }) => name)]}
        onChoice={applyPreset}
      />
      <Segments
        label="Described by"
        value={form}
        options={[
          { value: 'dimensions', label: 'dimensions' },
          { value: 'graph', label: 'a graph' },
        ]}
        word={form === 'graph' ? 'graph' : 'dimension'}
        onChoice={(value) => change({ form: value })}
      />
      {form === 'graph' ? <GraphText /> : <Dimensions />}
      <Suspense>
        <Drawing />
      </Suspense>
    </section>
  );
}

function npusText(): string {
  const { state, value } = result.answer.value;
  return value === undefined || state === 'failed' ? '' : `${count(value.npus)} NPUs`;
}

function Dimensions() {
  const { rows } = page.value;
  return (
    <div class="dimensions">
      <ol class="rows">
        {rows.map((row, i) => (
          <DimensionRow key={i} row={row} index={i} of={rows.length} />
        ))}
      </ol>
      {issuesOf('topology').map((issue) => (
        <p class="issue" key={issue.expected}>
          {words(issue)}
        </p>
      ))}
      <button type="button" class="plain" disabled={rows.length >= MOST_ROWS} onClick={addRow}>
        + Add a dimension
      </button>
    </div>
  );
}

function DimensionRow({ row, index, of }: { readonly row: Row; readonly index: number; readonly of: number }) {
  const path = `topology[${index}]`;
  const { kind, npus, bandwidth, latency } = row;
  const field = (name: 'npus' | 'bandwidth' | 'latency', label: string) => ({
    label,
    path: `${path}.${name}`,
    value: row[name],
    issues: issuesOf(`${path}.${name}`),
    onText: (text: string) => changeRow(index, { [name]: text }),
  });
  return (
    <li class="row" data-row={index} aria-label={`Dimension ${index}: ${kind} of ${npus}, ${bandwidth}, ${latency}`}>
      <div class="row-head">
        <DragHandle index={index} of={of} />
        <span class="row-name">Dimension {index}</span>
        {index === 0 && of > 1 && <span class="quiet">nearest to the chip</span>}
        <button
          type="button"
          class="icon"
          aria-label={`Remove dimension ${index}`}
          disabled={of === 1}
          onClick={() => removeRow(index)}
        >
          ×
        </button>
      </div>
      <div class="row-fields">
        <ChoiceField
          label="Wired as"
          value={kind}
          options={KIND_NAMES}
          path={`${path}.kind`}
          issues={issuesOf(`${path}.kind`)}
          onChoice={(value) => changeRow(index, { kind: value as DimensionKind })}
        />
        <TextField {...field('npus', 'NPUs')} inputMode="numeric" word="npu" />
        <TextField {...field('bandwidth', 'Bandwidth')} word="bandwidth" />
        <TextField {...field('latency', 'Latency')} word="latency" />
      </div>
    </li>
  );
}

function GraphText() {
  const { graph } = page.value;
  const found = graphIssues.value;
  return (
    <div class="field">
      <div class="label">
        <label for="graph-text">One line “graph: …”, or a link per line</label>
        <Help word="graph" />
      </div>
      <textarea
        id="graph-text"
        rows={Math.min(12, Math.max(3, graph.split('\n').length + 1))}
        spellcheck={false}
        value={graph}
        maxLength={10_000}
        aria-invalid={found.length > 0}
        aria-describedby="graph-issue"
        onInput={({ currentTarget }) => change({ graph: currentTarget.value })}
      />
      <div id="graph-issue">
        {found.slice(0, 6).map((issue) => (
          <p class="issue" key={issue.path + issue.expected}>
            {issue.path !== '' && <code>{issue.path}</code>} {words(issue)}
          </p>
        ))}
      </div>
    </div>
  );
}
