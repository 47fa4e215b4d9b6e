import { signal } from '@preact/signals';
import { useCallback, useEffect, useMemo } from 'preact/hooks';
import { NetworkCanvas } from '../drawing/canvas.js';
import type { Dot } from '../drawing/paint.js';
import { bytes, count, time } from '../format.js';
import { cursorNs } from '../state/cursor.js';
import { Question } from '../state/question.js';
import { spec } from '../state/store.js';
import { Asked } from '../ui/asked.js';
import { looks } from '../ui/header.js';
import type { MessageFlow } from '../worker/protocol.js';
import Timeline from './timeline.js';

const question = new Question('messages');

const KINDS = ['reduce-scatter', 'all-reduce', 'all-gather', 'all-to-all'];
/** How long the whole collective plays, ms; with reduced motion, how long each step stands still. */
const PLAY_MS = 14_000;
const STAND_MS = 900;

const playing = signal(false);

/** Time of the cursor; initially that of the first message. */
function nowIn({ steps }: MessageFlow): number {
  return cursorNs.value ?? steps[0] ?? 0;
}

/** Messages on the network, in sync with the timeline. */
export default function Messages() {
  const asked = spec.value;
  useEffect(() => {
    playing.value = false;
    question.ask(asked);
  }, [asked]);
  useEffect(
    () => () => {
      playing.value = false;
    },
    [],
  );
  return (
    <div class="panel">
      <Asked question={question}>{(value) => ('drawing' in value ? <Shown flow={value} /> : <p>{value.why}</p>)}</Asked>
    </div>
  );
}

function Shown({ flow }: { readonly flow: MessageFlow }) {
  const longest = useMemo(() => longestNs(flow), [flow]);
  const dots = useCallback((): readonly Dot[] => {
    void looks.value;
    return dotsAt(flow, longest, nowIn(flow));
  }, [flow, longest]);
  usePlay(flow);
  return (
    <>
      <p class="lead">
        {count(flow.sentNs.length)} messages on the way between NPUs. Play them, go step by step, or click into the
        timeline below.
      </p>
      <NetworkCanvas
        drawing={flow.drawing}
        label="Messages on the network; the text below says which"
        most={460}
        dots={dots}
      />
      <Controls flow={flow} />
      <UnderWay flow={flow} longest={longest} />
      <Timeline />
    </>
  );
}

function Controls({ flow }: { readonly flow: MessageFlow }) {
  const now = nowIn(flow);
  const go = (ns: number) => {
    playing.value = false;
    cursorNs.value = ns;
  };
  const step = (by: 1 | -1) => {
    const { steps } = flow;
    const after = upper(steps, now);
    // The last step up to now is the current one.
    const at = by === 1 ? after : (steps[after - 1] ?? 0) < now ? after - 1 : after - 2;
    go(steps[Math.min(steps.length - 1, Math.max(0, at))] ?? 0);
  };
  return (
    <div class="player">
      <button type="button" class="button main" onClick={() => togglePlay(flow)}>
        {playing.value ? 'Pause' : 'Play'}
      </button>
      <button type="button" class="button" aria-label="One step back" onClick={() => step(-1)}>
        ‹ Step
      </button>
      <button type="button" class="button" aria-label="One step on" onClick={() => step(1)}>
        Step ›
      </button>
      <input
        type="range"
        aria-label="Time"
        aria-valuetext={time(now)}
        min={0}
        max={flow.endNs}
        step="any"
        value={Math.min(now, flow.endNs)}
        onInput={({ currentTarget }) => go(Number(currentTarget.value))}
      />
      <output>{time(now)}</output>
    </div>
  );
}

function togglePlay({ endNs }: MessageFlow): void {
  if (!playing.peek() && (cursorNs.peek() ?? 0) >= endNs) cursorNs.value = 0;
  playing.value = !playing.peek();
}

/** Moves the cursor while playing: evenly, or step by step with reduced motion. */
function usePlay(flow: MessageFlow): void {
  const isOn = playing.value;
  useEffect(() => {
    if (!isOn) return;
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    let frame = 0;
    let last = performance.now();
    const tick = (nowMs: number) => {
      const cursor = cursorNs.peek() ?? 0;
      if (isCalm) {
        if (nowMs - last >= STAND_MS) {
          last = nowMs;
          cursorNs.value = flow.steps[upper(flow.steps, cursor)] ?? flow.endNs;
        }
      } else {
        cursorNs.value = Math.min(flow.endNs, cursor + ((nowMs - last) / PLAY_MS) * flow.endNs);
        last = nowMs;
      }
      if ((cursorNs.peek() ?? 0) >= flow.endNs) playing.value = false;
      else frame = requestAnimationFrame(tick);
    };
    frame = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(frame);
  }, [isOn, flow]);
}

/** How many of the ascending numbers are at most a limit. */
function upper(numbers: Float64Array, limit: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as number) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

function longestNs({ sentNs, arrivedNs }: MessageFlow): number {
  let longest = 0;
  for (let i = 0; i < sentNs.length; i++) longest = Math.max(longest, (arrivedNs[i] as number) - (sentNs[i] as number));
  return longest;
}

/** Messages in flight at a time. */
function underWay({ sentNs, arrivedNs }: MessageFlow, longest: number, ns: number): number[] {
  const found: number[] = [];
  for (let i = upper(sentNs, ns) - 1; i >= 0 && (sentNs[i] as number) >= ns - longest; i--) {
    if ((arrivedNs[i] as number) > ns) found.push(i);
  }
  return found;
}

function dotsAt(flow: MessageFlow, longest: number, ns: number): Dot[] {
  const style = getComputedStyle(document.documentElement);
  const colours = KINDS.map((kind) => style.getPropertyValue(`--${kind}`).trim());
  const { from, to, sentNs, arrivedNs, kind, ways, drawing } = flow;
  return underWay(flow, longest, ns).flatMap((i): Dot[] => {
    const way = ways.get((from[i] as number) * drawing.npus + (to[i] as number));
    if (way === undefined || way.length < 2) return [];
    const [start, end] = [sentNs[i] as number, arrivedNs[i] as number];
    return [{ way, share: (ns - start) / (end - start), colour: colours[kind[i] as number] ?? '' }];
  });
}

/** The same in words, a line for each chunk and kind. */
function UnderWay({ flow, longest }: { readonly flow: MessageFlow; readonly longest: number }) {
  const now = nowIn(flow);
  const moving = underWay(flow, longest, now);
  const lines = new Map<string, number>();
  for (const i of moving) {
    const line = `chunk ${flow.chunk[i]}, ${KINDS[flow.kind[i] as number]}, ${bytes(flow.bytes[i] as number)} each`;
    lines.set(line, (lines.get(line) ?? 0) + 1);
  }
  const [first] = moving;
  const example =
    moving.length === 0 || first === undefined ? '' : `, such as NPU ${flow.from[first]} to NPU ${flow.to[first]}`;
  return (
    <div class="under-way" aria-live={playing.value ? 'off' : 'polite'}>
      <p>
        {moving.length === 0
          ? now >= flow.endNs
            ? 'Everything is done.'
            : 'No message is in flight: NPUs reduce, or pay end-point delays.'
          : `${moving.length} ${moving.length === 1 ? 'message' : 'messages'} in flight${example}:`}
      </p>
      <ul>
        {[...lines].slice(0, 3).map(([line, often]) => (
          <li key={line}>
            {often} × {line}
          </li>
        ))}
      </ul>
    </div>
  );
}
