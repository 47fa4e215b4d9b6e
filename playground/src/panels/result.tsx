import type { CollectiveResult, DimensionReport } from 'astra-sim-ts';
import { useRef } from 'preact/hooks';
import { bandwidth, bytes, count, exactNs, percent, sentence, time, times } from '../format.js';
import { other, page, result } from '../state/store.js';
import { Help } from '../ui/help.js';
import { Meter } from '../ui/meter.js';
import { differenceOf } from './difference.js';
import { Failed } from './failed.js';

/** The result, in numbers and words. */
export function ResultPanel() {
  const { state, share, value, failure, tookMs } = result.answer.value;
  const isShown = value !== undefined && failure === undefined;
  return (
    <section
      class={`card result ${state === 'busy' ? 'is-busy' : ''}`}
      aria-labelledby="result-title"
      aria-busy={state === 'busy'}
    >
      <div class="card-head">
        <h2 id="result-title">Result</h2>
        {state === 'busy' ? (
          <span class="busy">
            <progress value={share} max={1} aria-label="Progress of the simulation" />
            <button type="button" class="plain" onClick={() => result.cancel()}>
              Cancel
            </button>
          </span>
        ) : (
          isShown &&
          tookMs !== undefined && <span class="quiet">simulated in {tookMs < 1 ? '< 1' : Math.round(tookMs)} ms</span>
        )}
      </div>
      <p class="hidden" aria-live="polite">
        {state === 'done' && value !== undefined && spoken(value)}
      </p>
      {failure !== undefined && <Failed failure={failure} />}
      {isShown && <Numbers value={value} />}
    </section>
  );
}

function spoken({ collective, bytes: size, timeNs, busbwGBps, warnings }: CollectiveResult): string {
  const warned = warnings.length === 0 ? '' : ` ${warnings.length} ${warnings.length === 1 ? 'warning' : 'warnings'}.`;
  return `${collective} of ${bytes(size)} takes ${time(timeNs)}, bus bandwidth ${bandwidth(busbwGBps)}.${warned}`;
}

function Numbers({ value }: { readonly value: CollectiveResult }) {
  const { timeNs, busbwGBps, algbwGBps, bounds } = value;
  const overNetwork = bounds.networkNs === 0 ? 1 : timeNs / bounds.networkNs;
  return (
    <>
      <dl class="figures">
        <div class="main-figure">
          <dt>Time</dt>
          <dd>
            <strong>{time(timeNs)}</strong>
            <small>{exactNs(timeNs)}</small>
          </dd>
        </div>
        <div>
          <dt>
            Bus bandwidth <Help word="busbw" />
          </dt>
          <dd>
            <b>{bandwidth(busbwGBps)}</b>
          </dd>
        </div>
        <div>
          <dt>
            Algo bandwidth <Help word="algbw" />
          </dt>
          <dd>
            <b>{bandwidth(algbwGBps)}</b>
          </dd>
        </div>
        <div>
          <dt>
            Against the limit <Help word="limit" />
          </dt>
          <dd>
            <b>{times(overNetwork)}</b>
          </dd>
        </div>
      </dl>
      <Limits value={value} />
      <Models />
      <Warnings value={value} />
      <Utilisation value={value} />
      <p class="quiet small">
        {value.engine.name} engine: {value.engine.reason}
      </p>
    </>
  );
}

/** The time next to its lower bounds. */
function Limits({ value: { timeNs, bounds } }: { readonly value: CollectiveResult }) {
  const { networkNs, planNs } = bounds;
  const most = Math.max(timeNs, planNs, networkNs, 1);
  const rows = [
    { name: 'any algorithm needs', word: 'limit', ns: networkNs, kind: 'faint' },
    { name: 'this plan needs', word: 'plan', ns: planNs, kind: 'faint' },
    { name: 'it takes', ns: timeNs, kind: '' },
  ] as const;
  return (
    <div class="meters">
      {rows.map((row) => (
        <Meter
          key={row.name}
          label={row.name}
          share={row.ns / most}
          text={time(row.ns)}
          kind={row.kind}
          {...('word' in row ? { word: row.word } : {})}
        />
      ))}
    </div>
  );
}

/** Both network models, when they disagree. The last two stay visible until the next arrive. */
function Models() {
  const last = useRef<{
    readonly own: CollectiveResult;
    readonly second: CollectiveResult;
    readonly isQueue: boolean;
  }>();
  const { state: ownState, value: own } = result.answer.value;
  const { state, value: second } = other.answer.value;
  if (state === 'failed') last.current = undefined;
  if (ownState === 'done' && state === 'done' && own !== undefined && second !== undefined) {
    last.current = { own, second, isQueue: page.value.links === 'queue' };
  }
  if (last.current === undefined) return null;
  const { isQueue } = last.current;
  const [overlap, queue] = isQueue ? [last.current.second, last.current.own] : [last.current.own, last.current.second];
  const difference = differenceOf(overlap, queue);
  if (difference === undefined) return null;
  const most = Math.max(overlap.timeNs, queue.timeNs);
  return (
    <div class="models">
      <h3>
        The two network models differ by {percent(difference.share)} <Help word="model" />
      </h3>
      <Meter
        label="messages overlap on a link"
        share={overlap.timeNs / most}
        text={`${time(overlap.timeNs)} · ${bandwidth(overlap.busbwGBps)}`}
        kind={isQueue ? 'faint' : ''}
      />
      <Meter
        label="messages queue for a link"
        share={queue.timeNs / most}
        text={`${time(queue.timeNs)} · ${bandwidth(queue.busbwGBps)}`}
        kind={isQueue ? '' : 'faint'}
      />
      <p>{difference.why}</p>
    </div>
  );
}

function Warnings({ value: { warnings } }: { readonly value: CollectiveResult }) {
  if (warnings.length === 0) return null;
  return (
    <div class="warnings">
      <h3>Before you quote this number</h3>
      <ul>
        {warnings.map(({ code, message }) => (
          <li key={code + message}>{sentence(message)}</li>
        ))}
      </ul>
    </div>
  );
}

function nameOf({ dimension, kind, name, npus }: DimensionReport): string {
  if (kind === 'graph') return name ?? `tier ${dimension}`;
  return `${dimension}: ${kind}(${count(npus)})`;
}

function Utilisation({ value }: { readonly value: CollectiveResult }) {
  const { dimensions, bottleneck } = value;
  return (
    <div>
      <h3>
        How much the links are used <Help word="utilisation" />
      </h3>
      <div class="meters">
        {dimensions.map((one) => (
          <Meter
            key={one.dimension}
            label={nameOf(one)}
            share={Math.min(1, one.utilisation)}
            text={`${percent(one.utilisation)} · ${bytes(one.bytesSentPerNpu)} sent`}
            kind={one.dimension === bottleneck ? '' : 'soft'}
            {...(one.dimension === bottleneck && dimensions.length > 1 ? { tag: 'bottleneck' } : {})}
          />
        ))}
      </div>
    </div>
  );
}
