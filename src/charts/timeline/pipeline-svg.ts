import { parse } from '../../base/validate.js';
import { checkStepSpans } from '../../formats/step-perfetto.js';
import type { StepSpan } from '../../training/step-spans.js';
import { chartOptions, type TimelineChart } from '../options.js';
import { PALETTE } from '../render.js';
import { MOST_NAMED } from './layout.js';
import { spansSvg } from './spans-svg.js';
import { packStep, STEP_KINDS, type StepKind } from './steps.js';

const COLOURS: Readonly<Record<StepKind, string>> = {
  forward: PALETTE[5],
  backward: PALETTE[0],
  optimizer: PALETTE[2],
  'tensor communication': PALETTE[4],
  'context communication': PALETTE[3],
  'expert communication': PALETTE[6],
  'gradients and weights': PALETTE[1],
};

/** The height that lanes share, px: more than of a collective, because a stage has at most three. */
const ROOM = 600;

/**
 * The stages of a training step over time as SVG, in the layout of the playground: a bar per pass with the number
 * of its micro-batch if it fits, and those of collectives on gradients and weights; of up to eight stages also
 * what passes communicate, below them. White is waiting. Needs no plotting library.
 *
 * @param timeline - from `trainingTimeline`.
 * @param options - `width` of the picture, px; default 900.
 * @throws ConfigError for an invalid timeline or option.
 */
export function pipelineSvg(timeline: readonly StepSpan[], options: TimelineChart): string {
  checkStepSpans(timeline);
  const looks = parse(chartOptions, options);
  const isDetailed = new Set(timeline.map(({ stage }) => stage)).size <= MOST_NAMED;
  const { spans, names } = packStep(
    timeline.filter(
      ({ lane }) => lane === 'passes' || lane === 'gradients' || (isDetailed && lane === 'communication'),
    ),
  );
  return spansSvg(spans, {
    ...looks,
    room: ROOM,
    kinds: STEP_KINDS.map((name) => ({ name, colour: COLOURS[name] })),
    numbers: 'micro-batch',
    nameOf: (span) => names[spans.at[span] as number] as string,
  });
}
