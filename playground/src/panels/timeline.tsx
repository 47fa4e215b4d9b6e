import { useEffect } from 'preact/hooks';
import { endingAfter, laneOf } from '../../../src/charts/timeline/packed-spans.js';
import { count, time } from '../format.js';
import { cursorNs } from '../state/cursor.js';
import { Question } from '../state/question.js';
import { result, spec } from '../state/store.js';
import { type Kind, TimelineView } from '../timeline/view.js';
import { Asked } from '../ui/asked.js';
import { Help } from '../ui/help.js';
import type { PhaseTimeline } from '../worker/protocol.js';

const question = new Question('timeline');

const KINDS: readonly Kind[] = ['reduce-scatter', 'all-reduce', 'all-gather', 'all-to-all'].map((name) => ({
  ...{ name, colour: `--${name}` },
}));

/** Chunks over dimensions and time. */
export default function Timeline() {
  const asked = spec.value;
  const isFree = result.answer.value.state !== 'busy';
  useEffect(() => {
    // The result comes first.
    if (isFree) question.ask(asked);
  }, [asked, isFree]);
  return (
    <div class="panel">
      <Asked question={question}>{(value) => <Shown value={value} />}</Asked>
    </div>
  );
}

function Shown({ value }: { readonly value: PhaseTimeline }) {
  const { spans, npu, isEverybody } = value;
  return (
    <>
      <p class="lead">
        Each bar is a phase <Help word="phase" />, its number the chunk <Help word="chunk" />. {count(spans.count)}{' '}
        phases {isEverybody ? 'on every NPU' : `on NPU ${npu}, which is the last to finish`}.
      </p>
      <TimelineView
        spans={spans}
        kinds={KINDS}
        label={`Timeline of ${count(spans.count)} phases`}
        describe={(span) => describe(value, span)}
        hint="Point at a bar to see what it is and why it begins then. Wheel: zoom. Drag: move."
        cursor={cursorNs}
      />
    </>
  );
}

/** What a phase is, and what allowed it to begin. */
function describe({ spans, plans }: PhaseTimeline, span: number): string {
  const chunk = spans.label[span] as number;
  const at = spans.at[span] as number;
  const startNs = spans.startNs[span] as number;
  const endNs = spans.endNs[span] as number;
  const plan = plans.findLast(({ first }) => first <= chunk);
  const phase = plan?.phases[at];
  const lane = laneOf(spans, span);
  const group = spans.groups[spans.groupOfLane[lane] as number] as string;
  const what = `Chunk ${chunk}, phase ${at + 1} of ${plan?.phases.length ?? '?'}: ${KINDS[spans.kind[span] as number]?.name} with ${phase?.algorithm ?? '?'}, ${group}.`;
  const when = `${time(startNs)} to ${time(endNs)}, ${time(endNs - startNs)}.`;
  return `${what} ${when} ${whyThen({ spans, span, lane, chunk, at, startNs })}`;
}

interface Looked {
  readonly spans: PhaseTimeline['spans'];
  readonly span: number;
  readonly lane: number;
  readonly chunk: number;
  readonly at: number;
  readonly startNs: number;
}

function whyThen({ spans, lane, chunk, at, startNs }: Looked): string {
  const before = at === 0 ? undefined : endOf(spans, chunk, at - 1);
  const readyNs = before ?? 0;
  if (startNs <= readyNs) {
    return at === 0 ? 'It begins with the collective.' : 'It begins as soon as its previous phase has ended.';
  }
  const left = leaving(spans, spans.groupOfLane[lane] as number, startNs);
  const whom = left === undefined ? 'there is room' : `chunk ${left} has left`;
  return `It was ready ${time(startNs - readyNs)} earlier, and waited until ${whom}.`;
}

/** When a chunk's phase ended. */
function endOf(
  { label, at, endNs, count: all }: PhaseTimeline['spans'],
  chunk: number,
  phase: number,
): number | undefined {
  for (let i = 0; i < all; i++) if (label[i] === chunk && at[i] === phase) return endNs[i];
  return undefined;
}

/** The chunk that left a dimension at a time. */
function leaving(spans: PhaseTimeline['spans'], group: number, ns: number): number | undefined {
  for (let lane = 0; lane < spans.groupOfLane.length; lane++) {
    if (spans.groupOfLane[lane] !== group) continue;
    const [first, end] = [spans.firstOfLane[lane] as number, spans.firstOfLane[lane + 1] as number];
    const after = endingAfter(spans, first, end, ns);
    if (after > first && spans.endNs[after - 1] === ns) return spans.label[after - 1];
  }
  return undefined;
}
