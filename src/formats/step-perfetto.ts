import { checkRecords, oneOf, TEXT, WHOLE } from '../base/records.js';
import type { SpanKind, StepSpan } from '../training/timeline.js';
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

const US = 1000;

/**
 * A training step as a Chrome trace: a process per pipeline stage, for one NPU that represents all
 * of the stage, with a lane for each resource that works independently.
 * @param spans - the result of `trainingTimeline`.
 * @throws ConfigError if it is not such a timeline.
 */
export function stepPerfetto(spans: readonly StepSpan[]): PerfettoFile {
  checkStepSpans(spans);
  const events: PerfettoEvent[] = [];
  const known = new Set<string>();
  const once = (key: string, add: () => void) => {
    if (!known.has(key)) add();
    known.add(key);
  };
  for (const { stage: pid, npus, lane, kind, name, startNs, endNs } of spans) {
    const tid = LANES.indexOf(lane);
    once(`${pid}`, () => {
      const many = npus === 1 ? 'one NPU' : `one of ${npus} NPUs that are alike`;
      events.push({ ph: 'M', name: 'process_name', pid, tid: 0, args: { name: `stage ${pid}: ${many}` } });
    });
    once(`${pid} ${tid}`, () => {
      events.push({ ph: 'M', name: 'thread_name', pid, tid, args: { name: lane } });
      events.push({ ph: 'M', name: 'thread_sort_index', pid, tid, args: { sort_index: tid } });
    });
    events.push({ ph: 'X', name, cat: kind, pid, tid, ts: startNs / US, dur: (endNs - startNs) / US, args: {} });
  }
  return { displayTimeUnit: 'ns', traceEvents: events };
}
