import { computed } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { NetworkCanvas } from '../drawing/canvas.js';
import { Question } from '../state/question.js';
import { page, spec } from '../state/store.js';

const question = new Question('graph');
const topology = computed(() => JSON.stringify(spec.value.topology));

/** A picture of the network; the last one stays while the input is invalid. */
export default function DrawingPanel() {
  const asked = topology.value;
  useEffect(() => question.ask({ topology: JSON.parse(asked) }), [asked]);
  const { value, failure } = question.answer.value;
  if (value === undefined || (failure !== undefined && page.value.form === 'dimensions' && failure.issues.length > 0))
    return null;
  if (!('x' in value)) return <p class="quiet small">{value.why}</p>;
  const { npus, devices, groups } = value;
  const switches = devices - npus;
  const label = `Picture of the network: ${npus} NPUs${switches === 0 ? '' : ` and ${switches} switches`}, joined by ${groups.join(', ')}`;
  return (
    <figure class={failure === undefined ? '' : 'stale'}>
      <NetworkCanvas drawing={value} label={label} most={320} />
      <figcaption>
        {groups.map((name, i) => (
          <span class="key" key={name}>
            <svg width="16" height="8" aria-hidden="true">
              <line x1="0" x2="16" y1="4" y2="4" stroke={`var(${COLOURS[i % COLOURS.length]})`} stroke-width="2" />
            </svg>
            {name}
          </span>
        ))}
        {switches > 0 && <span class="key">□ switch</span>}
      </figcaption>
    </figure>
  );
}

const COLOURS = ['--reduce-scatter', '--all-reduce', '--all-gather', '--all-to-all', '--line-strong'];
