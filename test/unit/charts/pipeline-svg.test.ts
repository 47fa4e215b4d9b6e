import { expect, test } from 'vitest';
import { pipelineSvg } from '../../../src/charts/index.js';
import { packStep, STEP_KINDS } from '../../../src/charts/timeline/steps.js';
import { type StepSpan, trainingTimeline } from '../../../src/training/index.js';

const model = { style: 'gpt', layers: 2, hidden: 64, heads: 4, vocabulary: 64, sequence: 16 } as const;
const timeline = trainingTimeline({ model, cluster: 'dgx-a100 x 4', plan: { globalBatch: 6, pipeline: 2, data: 2 } });
const titles = (svg: string) => [...svg.matchAll(/<title>(.*?)<\/title>/g)].map(([, title]) => title);

const span = (
  lane: StepSpan['lane'],
  kind: StepSpan['kind'],
  name: string,
  startNs: number,
  endNs: number,
): StepSpan => {
  return { stage: 0, npus: 1, lane, kind, name, startNs, endNs };
};

test('a bar per pass, optimizer and collective on gradients', () => {
  const svg = pipelineSvg(timeline, { title: 'Three <micro-batches>', subtitle: 'two stages' });
  for (const text of ['Three &lt;micro-batches&gt;', 'two stages', 'stage 1', 'gradients and weights', 'backward'])
    expect(svg).toContain(text);
  const bars = timeline.filter(({ lane }) => lane === 'passes' || lane === 'gradients');
  // Each stage: three passes each way, the optimizer, gradients of the replicas and of the embedding.
  expect(bars).toHaveLength(2 * (6 + 1 + 2));
  expect(svg).not.toContain('communication');
  const [first] = bars;
  expect(titles(svg)).toContain(`${first?.name}: ${first?.startNs} to ${first?.endNs} ns`);
  // 900 px less twice 10 px of padding, all of the time.
  const ends = [...svg.matchAll(/class="bar" x="([\d.]+)" y="\d+" width="([\d.]+)"/g)].map(
    ([, x, width]) => Number(x) + Number(width),
  );
  expect(Math.max(...ends)).toBeCloseTo(880, -1);
});

test('gradients have lanes of their own beside passes, and share those of passes behind them', () => {
  const pass = span('passes', 'backward', 'backward 0', 0, 100);
  const lanes = (...spans: StepSpan[]) => packStep(spans).spans.groupOfLane.length;
  expect(lanes(pass, span('gradients', 'gradients', 'gradients', 100, 150))).toBe(1);
  expect(lanes(pass, span('gradients', 'gradients', 'gradients', 50, 150))).toBe(2);
  // The late one stays in the lane of the first.
  const late = span('gradients', 'gradients', 'gradients', 200, 250);
  const communication = span('communication', 'communication', 'tensor all-reduce', 10, 20);
  const { spans, names } = packStep([pass, span('gradients', 'gradients', 'gradients', 50, 150), late, communication]);
  expect([...spans.firstOfLane]).toEqual([0, 1, 2, 4]);
  expect([...spans.kind].map((kind) => STEP_KINDS[kind])).toEqual([
    ...['backward', 'tensor communication', 'gradients and weights', 'gradients and weights'],
  ]);
  expect([...spans.at].map((at) => names[at])).toEqual(['backward 0', 'tensor all-reduce', 'gradients', 'gradients']);
});

test('numbers are those of micro-batches; what takes no time is left out', () => {
  const { spans } = packStep([
    span('passes', 'forward', 'forward 12', 0, 10),
    span('passes', 'optimizer', 'optimizer', 10, 20),
    span('gradients', 'gradients', 'gradients backward 3', 20, 20),
  ]);
  expect([...spans.label]).toEqual([12, -1]);
});

test('what passes communicate is shown by kind, of up to eight stages; names of more stand beside them', () => {
  const of = (stages: number) =>
    Array.from({ length: stages }, (_, stage) => [
      { ...span('passes', 'forward', 'forward 0', 0, 100), stage },
      { ...span('communication', 'communication', 'expert all-to-all', 10, 20), stage },
      { ...span('communication', 'communication', 'keys and values', 40, 50), stage },
      { ...span('computation', 'forward', 'forward', 20, 40), stage },
    ]).flat();
  const [eight, nine] = [pipelineSvg(of(8), { title: '' }), pipelineSvg(of(9), { title: '' })];
  expect(titles(eight)).toHaveLength(8 * 3);
  for (const kind of ['expert communication', 'context communication']) expect(eight).toContain(kind);
  expect(titles(nine)).toHaveLength(9);
  const x = (svg: string) => Number(/<text x="([-\d.]+)"[^>]*>stage 1</.exec(svg)?.[1]);
  expect(x(eight)).toBe(0);
  expect(x(nine)).toBeLessThan(-'stage 1'.length * 5);
});

test('a legend that is too long for a line goes on in the next', () => {
  const lines = (width: number) => {
    const svg = pipelineSvg(timeline, { title: '', width });
    return new Set([...svg.matchAll(/<rect x="[\d.]+" y="(\d+)" width="11"/g)].map(([, y]) => y)).size;
  };
  expect(lines(900)).toBe(1);
  expect(lines(200)).toBeGreaterThan(1);
});

test('what is no timeline is refused', () => {
  expect(() => pipelineSvg([{ stage: 0 }] as never, { title: '' })).toThrow(/spans\[0\]\.npus/);
  expect(() => pipelineSvg(timeline, { title: '', width: 0 })).toThrow(/width/);
});
