import { expect, test } from 'vitest';
import { StepBuilder } from '../../../../src/collectives/step-builder.js';
import type { StepProgram } from '../../../../src/collectives/step-program.js';
import { readMsccl } from '../../../../src/formats/msccl/read-msccl.js';
import { writeMsccl } from '../../../../src/formats/msccl/write-msccl.js';

/** Rank 0 sends its two blocks to rank 1 and back come two; the second block goes first over link 4. */
function exchange(links: readonly number[], turns: readonly number[]): StepProgram {
  const steps = new StepBuilder({ ranks: 2, blocks: 4, input: { at: 0, perRank: 2, perBlock: 1 } });
  for (const [from, cell] of [
    [0, 0],
    [0, 1],
    [1, 2],
    [1, 3],
  ] as const) {
    steps.send(from, 1 - from, cell);
    steps.receive(1 - from, from, cell);
  }
  const program = steps.build();
  // Of each rank the sends are steps 0 and 1 and the receives 2 and 3, or the other way round.
  const first = new Int32Array(program.does.length + 1);
  for (let step = 0; step < program.does.length; step++) {
    first[step + 1] = (first[step] as number) + (program.does[step] === 0 ? 1 : 0);
  }
  return { ...program, route: { first, links: Int32Array.from(links) }, order: Int32Array.from(turns) };
}

const program = exchange([4, 4, 7, 7], [1, 0, 0, 1]);
const xml = writeMsccl(program, { collective: 'all-gather' });
const sends = (text: string) => [...text.matchAll(/type="s" srcbuf="." srcoff="(\d)".*?links="(\d)" turns="(\d)"/g)];

test('sends of a thread block stand in the order on their link, which they name', () => {
  expect(sends(xml).map(([, cell, link, turn]) => `${cell} ${link} ${turn}`)).toEqual([
    '1 4 0',
    '0 4 1',
    '2 7 0',
    '3 7 1',
  ]);
  expect(xml).toContain('sends="issued"');
});

test('links are kept on request only', () => {
  const kept = readMsccl(xml, '', { keepsLinks: true }).program;
  expect([...(kept.route?.links ?? [])]).toEqual([4, 4, 7, 7]);
  expect([...(kept.order ?? [])]).toEqual([0, 1, 0, 1]);
  expect(kept.sendsEnd).toBe('issued');
  const plain = readMsccl(xml).program;
  expect([plain.route, plain.order, plain.sendsEnd]).toEqual([undefined, undefined, 'issued']);
});

test('messages that swap places on the way get a channel each', () => {
  // Over links 4 and 5: the first on the one is the second on the other.
  const first = Int32Array.from(program.does, (_, step) => 2 * (program.route?.first[step] as number));
  const route = { first: Int32Array.of(...first, 8), links: Int32Array.of(4, 5, 4, 5, 7, 8, 7, 8) };
  const swapped = { ...program, route, order: Int32Array.of(0, 1, 1, 0, 0, 0, 1, 1) };
  const { program: read } = readMsccl(writeMsccl(swapped, { collective: 'all-gather' }), '', { keepsLinks: true });
  expect(new Set(read.channel)).toEqual(new Set([0, 1]));
});

test('a link without a turn, and what is no number, are told', () => {
  const lame = (from: string, to: string) => () => readMsccl(xml.replace(from, to), 'a.xml', { keepsLinks: true });
  expect(lame(' turns="0"', '')).toThrow(/a turn for each link, got 0 for 1 links/);
  expect(lame('links="4"', 'links="four"')).toThrow(/a\.xml: line \d+: expected links, whole numbers/);
});
