import * as v from 'valibot';
import { ConfigError, show } from '../../base/errors.js';
import { keys, parse, reading, whole } from '../../base/validate.js';
import { isStepProgram } from '../../collectives/check-program.js';
import { type EvenCollective, isRooted } from '../../collectives/collective.js';
import { nameOfStep, needsCircuits, type StepProgram } from '../../collectives/step-program.js';
import { Buffers } from './buffers.js';
import { withChannels } from './channels.js';
import { type Line, threadLines } from './thread-lines.js';
import { type Thread, threadsOf } from './threads.js';

export interface WriteMscclOptions {
  readonly name?: string;
  /** What the program computes; undefined writes `coll="custom"`, which claims nothing. */
  readonly collective: EvenCollective | undefined;
  /** Of a broadcast, reduce, gather or scatter. Default 0. */
  readonly root?: number;
  /** Default `Simple`. */
  readonly protocol?: string;
}

const NAMES: Readonly<Record<EvenCollective, string>> = {
  'all-reduce': 'allreduce',
  'reduce-scatter': 'reduce_scatter',
  'all-gather': 'allgather',
  'all-to-all': 'alltoall',
  broadcast: 'broadcast',
  reduce: 'reduce',
  gather: 'gather',
  scatter: 'scatter',
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: characters that XML forbids
const NO_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;
const text = v.pipe(
  v.string('text'),
  v.check((value) => !NO_XML.test(value), 'text without control characters'),
);

const schema = keys({
  name: v.optional(text, ''),
  collective: v.optional(v.picklist(Object.keys(NAMES) as EvenCollective[])),
  root: v.optional(whole(0, 2 ** 31 - 1), 0),
  protocol: v.optional(text, 'Simple'),
});

/**
 * Writes a program in MSCCL's XML format. A program read from such a file is the same
 * when it is read again; other programs get thread blocks, one for each peer and
 * channel that a rank sends to or receives from, whose steps also wait for each other. If a program fixes the links
 * of its messages, the thread blocks keep the order on each message's first link. Our own attributes hold the rest, and
 * other readers ignore them: `sends="issued"` means that a thread block continues at once after a send; `links` and `turns`
 * of a step are the links that its message takes and its turns on them.
 *
 * @throws ConfigError for what the format cannot express: computations, cells that are not consecutive,
 * blocks out of order, programs that do not say which blocks move.
 */
export function writeMsccl(program: StepProgram, options: WriteMscclOptions): string {
  const checked = parse(schema, options);
  return reading(() => {
    if (!isStepProgram(program)) {
      throw new ConfigError([{ path: 'program', expected: 'a program of steps', got: show(program) }]);
    }
    if (needsCircuits(program)) {
      const expected = 'no step that sets circuits or names a switch: the format has no word for them';
      throw new ConfigError([{ path: 'program', expected, got: 'such a step' }]);
    }
    return write(withChannels(program), checked);
  }, 'program');
}

function write(program: StepProgram, { name, collective, root, protocol }: v.InferOutput<typeof schema>): string {
  const buffers = new Buffers(program, collective);
  const threads = threadsOf(program);
  const channels = program.channel.reduce((most, channel) => Math.max(most, channel), 0) + 1;
  const coll = collective === undefined ? 'custom' : NAMES[collective];
  const head = [
    `name="${quoted(name)}" proto="${quoted(protocol)}" nchannels="${channels}" nchunksperloop="${buffers.blocks}"`,
    `ngpus="${program.ranks}" coll="${coll}" inplace="${buffers.inPlace ? 1 : 0}"`,
    ...(collective !== undefined && isRooted(collective) ? [`root="${root}"`] : []),
    ...(program.sendsEnd === 'issued' ? ['sends="issued"'] : []),
  ].join(' ');
  const lines = [`<algo ${head}>`];
  for (let rank = 0; rank < program.ranks; rank++) {
    const own = threadLines(program, threads[rank] as Thread[], (step, cells) => {
      const place = buffers.place(cells);
      if (place !== undefined) return place;
      const path = nameOfStep(program, step);
      throw new ConfigError([
        { path, expected: 'cells of one buffer in a row', got: `cells ${cells.slice(0, 8).join(', ')}` },
      ]);
    });
    const { input, output, scratch } = buffers.sizes(rank, program);
    lines.push(`  <gpu id="${rank}" i_chunks="${input}" o_chunks="${output}" s_chunks="${scratch}">`);
    for (const { from, to } of own.copies) lines.push(`    <copy i_off="${from}" o_off="${to}"/>`);
    for (const { id, sendsTo, receivesFrom, channel, lines: steps } of own.blocks) {
      lines.push(`    <tb id="${id}" send="${sendsTo}" recv="${receivesFrom}" chan="${channel}">`);
      for (const [s, step] of steps.entries()) lines.push(`      ${stepXml(s, step, program)}`);
      lines.push('    </tb>');
    }
    lines.push('  </gpu>');
  }
  return [...lines, '</algo>', ''].join('\n');
}

function stepXml(s: number, { type, source, target, count, after, tells, send }: Line, program: StepProgram): string {
  const places = `srcbuf="${source.buffer}" srcoff="${source.offset}" dstbuf="${target.buffer}" dstoff="${target.offset}"`;
  const waits = `depid="${after?.block ?? -1}" deps="${after?.step ?? -1}" hasdep="${tells ? 1 : 0}"`;
  const way = send === undefined ? '' : wayXml(send, program);
  return `<step s="${s}" type="${type}" ${places} cnt="${count}" ${waits}${way}/>`;
}

/** The links that a message takes, and its turns on them. */
function wayXml(send: number, { route, order }: StepProgram): string {
  if (route === undefined) return '';
  const [begin, end] = [route.first[send], route.first[send + 1]];
  const turns = order === undefined ? '' : ` turns="${order.subarray(begin, end).join(' ')}"`;
  return ` links="${route.links.subarray(begin, end).join(' ')}"${turns}`;
}

function quoted(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
