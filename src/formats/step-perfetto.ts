import * as v from 'valibot';
import { checkRecords, oneOf, TEXT, WHOLE } from '../base/records.js';
import { keys, parse, whole } from '../base/validate.js';
import type { SpanKind, StepSpan } from '../training/step-spans.js';
import type { PerfettoEvent, PerfettoFile } from './perfetto.js';

/** Lanes of a stage, from top to bottom. */
const LANES = ['passes', 'computation', 'communication', 'messages', 'gradients'] as const;
const KINDS: readonly SpanKind[] = [
  ...(['forward', 'backward', 'recomputed', 'optimizer', 'communication', 'message', 'gradients'] as const),
];

const RULES = {
  ...{ stage: WHOLE, npus: WHOLE, lane: oneOf(LANES), kind: oneOf(KINDS) },
  ...{ name: TEXT, startNs: WHOLE, endNs: WHOLE },
};

/**
 * Checks a training step's timeline given by a caller.
 * @throws ConfigError
 */
export function checkStepSpans(spans: readonly StepSpan[]): void {
  checkRecords(spans, 'spans', RULES);
}

const OPTIONS = keys({ stepNs: v.optional(whole(0, Number.MAX_SAFE_INTEGER)) });

/** Threads of a lane, for the order in which they are shown. */
const MOST_THREADS = 1000;
const US = 1000;

/**
 * A training step as a Chrome trace: a process per pipeline stage, for one NPU that represents all
 * of the stage, with a lane for each resource that works independently; more where messages overlap.
 * @param spans - the result of `trainingTimeline`.
 * @param stepNs - of the same step: where the timeline ends at another time, the trace says by how much.
 * @throws ConfigError if it is not such a timeline.
 */
export function stepPerfetto(spans: readonly StepSpan[], stepNs?: number): PerfettoFile {
  checkStepSpans(spans);
  parse(OPTIONS, { stepNs });
  const events: PerfettoEvent[] = [];
  /** Per stage and lane, when the threads of the lane become free, ns. */
  const free = new Map<string, number[]>();
  const known = new Set<string>();
  const once = (key: string, add: () => void) => {
    if (!known.has(key)) add();
    known.add(key);
  };
  for (const { stage: pid, npus, lane, kind, name, startNs, endNs } of spans) {
    const place = LANES.indexOf(lane);
    const ends = free.get(`${pid} ${place}`) ?? [];
    free.set(`${pid} ${place}`, ends);
    const found = ends.findIndex((ns) => ns <= startNs);
    const thread = found < 0 ? ends.length : found;
    ends[thread] = endNs;
    const tid = thread * LANES.length + place;
    once(`${pid}`, () => {
      const many = npus === 1 ? 'one NPU' : `one of ${npus} NPUs that are alike`;
      events.push(processName(pid, `stage ${pid}: ${many}`));
    });
    once(`${pid} ${tid}`, () => {
      const args = { name: thread === 0 ? lane : `${lane}, ${thread + 1}` };
      events.push({ ph: 'M', name: 'thread_name', pid, tid, args });
      events.push({
        ph: 'M',
        name: 'thread_sort_index',
        pid,
        tid,
        args: { sort_index: place * MOST_THREADS + thread },
      });
    });
    events.push(slice({ name, cat: kind, pid, tid }, startNs, endNs));
  }
  return { displayTimeUnit: 'ns', traceEvents: [...events, ...predicted(spans, stepNs)] };
}

/** A process beside the stages that shows the predicted step, where the timeline ends at another time. */
function predicted(spans: readonly StepSpan[], stepNs: number | undefined): PerfettoEvent[] {
  const [stages, endNs] = spans.reduce(([a, b], one) => [Math.max(a, one.stage + 1), Math.max(b, one.endNs)], [0, 0]);
  if (stepNs === undefined || stepNs === endNs) return [];
  const by = `${Math.abs(stepNs - endNs)} ns ${stepNs > endNs ? 'longer' : 'shorter'}`;
  return [
    processName(stages, `the predicted step: ${by} than this run`),
    slice({ name: 'step', cat: 'step', pid: stages, tid: 0 }, 0, stepNs),
  ];
}

function processName(pid: number, name: string): PerfettoEvent {
  return { ph: 'M', name: 'process_name', pid, tid: 0, args: { name } };
}

function slice(of: Pick<PerfettoEvent, 'name' | 'pid' | 'tid' | 'cat'>, startNs: number, endNs: number): PerfettoEvent {
  return { ph: 'X', ...of, ts: startNs / US, dur: (endNs - startNs) / US, args: {} };
}
