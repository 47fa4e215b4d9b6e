import { type EvenCollective, isRooted } from '../../collectives/collective.js';
import {
  type Gpu,
  type MscclAlgorithm,
  type Place,
  STEP_TYPES,
  type Step,
  type StepAction,
  type StepType,
  type ThreadBlock,
} from './algorithm.js';
import { XmlPlace } from './xml-place.js';

/**
 * Values of `coll`. Includes both spellings of a reduce-scatter: msccl-tools writes one, the executor
 * reads the other. Values without a collective make no claim that we can check.
 */
const COLLECTIVES: Readonly<Record<string, EvenCollective | undefined>> = {
  allreduce: 'all-reduce',
  allgather: 'all-gather',
  reduce_scatter: 'reduce-scatter',
  reducescatter: 'reduce-scatter',
  alltoall: 'all-to-all',
  alltoallv: undefined,
  broadcast: 'broadcast',
  reduce: 'reduce',
  gather: 'gather',
  scatter: 'scatter',
  send: undefined,
  recv: undefined,
  sendrecv: undefined,
  custom: undefined,
};

/** Collectives whose ranks have no shares of the buffer. */
const WHOLE: readonly EvenCollective[] = ['all-reduce', 'broadcast', 'reduce'];

/** Attributes that are read, and those that only a GPU needs. */
const ATTRIBUTES = {
  algo: new Set([
    ...['name', 'coll', 'nchunksperloop', 'ngpus', 'inplace', 'proto'],
    ...['nchannels', 'redop', 'nthreads', 'num_threads', 'instances', 'sends', 'root'],
  ]),
  gpu: new Set(['id', 'i_chunks', 'o_chunks', 's_chunks']),
  copy: new Set(['i_off', 'o_off', 'cnt']),
  tb: new Set(['id', 'send', 'recv', 'chan']),
  step: new Set([
    's',
    'type',
    'srcbuf',
    'srcoff',
    'dstbuf',
    'dstoff',
    'cnt',
    'depid',
    'deps',
    'hasdep',
    'links',
    'turns',
  ]),
};

const BUFFERS = ['i', 'o', 's'] as const;
const TYPES = Object.keys(STEP_TYPES) as StepType[];

/** Larger than in any real algorithm: keeps a hostile file from exhausting memory or time. */
const MOST_GPUS = 65_536;
const MOST_CHUNKS = 2 ** 20;
const MOST_LINKS = 2 ** 30;

/**
 * Reads an algorithm in MSCCL's XML format (`<algo>`, `<gpu>`, `<tb>`, `<step>`), as
 * msccl-tools and others write it, including their peculiarities: `<copy>` before the first
 * step, text after the end. Notes ignored attributes.
 *
 * @throws ConfigError with lines of the file, if it is not XML, something is missing or
 * numbers make no sense.
 */
export function readMscclAlgorithm(text: string, file = ''): MscclAlgorithm {
  const root = XmlPlace.root(text, file, 'algo');
  root.knows(ATTRIBUTES.algo);
  const name = root.oneOf('coll', Object.keys(COLLECTIVES)) ?? 'allreduce';
  const collective = COLLECTIVES[name];
  if (collective === undefined) root.note(`coll="${name}": claim not checked`);
  const chunks = root.integer('nchunksperloop', 1, MOST_CHUNKS);
  const ranks = root.integer('ngpus', 1, MOST_GPUS);
  const inPlace = root.integer('inplace', 0, 1, 0) === 1;
  if (collective !== undefined && !WHOLE.includes(collective) && chunks % ranks !== 0) {
    root.wrong(`nchunksperloop, a multiple of ngpus (${ranks})`, String(chunks));
  }
  const gpus: Gpu[] = [];
  for (const place of root.children('gpu')) {
    const gpu = readGpu(place, ranks);
    if (gpus[gpu.id] !== undefined) place.wrong('an id of its own', `another gpu ${gpu.id}`);
    gpus[gpu.id] = gpu;
  }
  const missing = Array.from({ length: ranks }, (_, id) => id).find((id) => gpus[id] === undefined);
  if (missing !== undefined) root.wrong(`<gpu> for each of ngpus (${ranks})`, `none with id ${missing}`);
  root.check();
  const sendsEnd = root.oneOf('sends', ['issued', 'arrived'] as const, 'arrived') ?? 'arrived';
  const protocol = root.text('proto', 'Simple');
  const rooted = collective !== undefined && isRooted(collective);
  const rank = rooted ? root.integer('root', 0, ranks - 1, rootOf(collective, gpus)) : 0;
  root.check();
  return {
    file,
    name: root.text('name', ''),
    collective,
    root: rank,
    inPlace,
    chunks,
    protocol,
    sendsEnd,
    gpus,
    notes: root.notes,
  };
}

/**
 * The root where the file does not say it, as msccl-tools do not: the one GPU that receives nothing, or for a
 * reduce and a gather sends nothing; 0 where that are several or none.
 */
function rootOf(collective: EvenCollective, gpus: readonly Gpu[]): number {
  const collects = collective === 'reduce' || collective === 'gather';
  const isBusy = ({ steps, sendsTo, receivesFrom }: ThreadBlock) =>
    steps.some(({ type }) => {
      const { operands, sends }: StepAction = STEP_TYPES[type];
      return collects ? sendsTo >= 0 && sends : receivesFrom >= 0 && operands.includes('received');
    });
  const idle = gpus.filter(({ blocks }) => !blocks.some(isBusy));
  return idle.length === 1 ? (idle[0]?.id ?? 0) : 0;
}

function readGpu(place: XmlPlace, ranks: number): Gpu {
  const id = place.integer('id', 0, ranks - 1);
  const [i, o, s] = BUFFERS.map((buffer) => place.integer(`${buffer}_chunks`, 0, MOST_CHUNKS)) as [
    number,
    number,
    number,
  ];
  const chunks = { i, o, s };
  place.knows(ATTRIBUTES.gpu);
  const blocks: ThreadBlock[] = [];
  const copies: Gpu['copies'][number][] = [];
  for (const child of place.children('tb', 'copy')) {
    if (child.name === 'copy') {
      copies.push(...readCopy(child, chunks));
      continue;
    }
    const block = readBlock(child, id, ranks, chunks);
    if (blocks.some((other) => other.id === block.id)) child.wrong('an id of its own', `another tb ${block.id}`);
    for (const side of ['sendsTo', 'receivesFrom'] as const) {
      const shares = ({ channel, [side]: peer }: ThreadBlock) => channel === block.channel && peer === block[side];
      if (block[side] >= 0 && blocks.some(shares)) {
        child.wrong('a peer and channel of its own', 'those of another tb in the same direction');
      }
    }
    blocks.push(block);
  }
  for (const { line, waitsFor } of blocks.flatMap(({ steps }) => steps)) {
    if (waitsFor === undefined) continue;
    const { block, step } = waitsFor;
    const awaited = blocks.find((other) => other.id === block)?.steps[step];
    const what = `step ${step} of tb ${block}`;
    if (awaited === undefined) place.wrong('depid and deps of a step of this gpu', `${what}, which is not there`, line);
    else if (!awaited.tells) place.wrong('hasdep="1" at the step that is waited for', `hasdep="0" at ${what}`, line);
  }
  blocks.sort((a, b) => a.id - b.id);
  return { id, chunks, blocks, copies };
}

/** A copy from input to output before the first step. */
function readCopy(place: XmlPlace, { i, o }: Gpu['chunks']): Gpu['copies'][number][] {
  place.knows(ATTRIBUTES.copy);
  const count = place.integer('cnt', 1, MOST_CHUNKS, 1);
  const from = place.integer('i_off', 0, MOST_CHUNKS);
  const to = place.integer('o_off', 0, MOST_CHUNKS);
  if (from + count > i) place.wrong(`i_off and cnt within the ${i} chunks of buffer i`, `i_off ${from}, cnt ${count}`);
  if (to + count > o) place.wrong(`o_off and cnt within the ${o} chunks of buffer o`, `o_off ${to}, cnt ${count}`);
  return Array.from({ length: count }, (_, k) => ({ from: from + k, to: to + k, line: place.line }));
}

function readBlock(place: XmlPlace, gpu: number, ranks: number, chunks: Gpu['chunks']): ThreadBlock {
  place.knows(ATTRIBUTES.tb);
  const id = place.integer('id', 0, MOST_CHUNKS);
  const sendsTo = place.integer('send', -1, ranks - 1);
  const receivesFrom = place.integer('recv', -1, ranks - 1);
  if (sendsTo === gpu || receivesFrom === gpu) place.wrong(`peers other than gpu ${gpu} itself`, `${gpu}`);
  const channel = place.integer('chan', -1, MOST_CHUNKS);
  const steps: Step[] = [];
  for (const child of place.children('step')) {
    const step = readStep(child, chunks);
    const number = child.integer('s', 0, MOST_CHUNKS);
    if (number !== steps.length) child.wrong(`s="${steps.length}": steps in order, none left out`, `s="${number}"`);
    const { operands, sends }: StepAction = STEP_TYPES[step.type];
    if (sends && sendsTo < 0) child.wrong('a tb with a peer to send to', 'send="-1"');
    if (operands.includes('received') && receivesFrom < 0) child.wrong('a tb with a peer to receive from', 'recv="-1"');
    steps.push(step);
  }
  return { id, sendsTo, receivesFrom, channel, steps };
}

function readStep(place: XmlPlace, chunks: Gpu['chunks']): Step {
  place.knows(ATTRIBUTES.step);
  const type = place.oneOf('type', TYPES) ?? 'nop';
  const { operands, stores }: StepAction = STEP_TYPES[type];
  const usesSource = operands.includes('source');
  const count = type === 'nop' ? 0 : place.integer('cnt', 1, MOST_CHUNKS);
  const block = place.integer('depid', -1, MOST_CHUNKS, -1);
  const step = place.integer('deps', -1, MOST_CHUNKS, -1);
  return {
    type,
    source: readPlace(place, 'src', count, usesSource, chunks),
    target: readPlace(place, 'dst', count, stores, chunks),
    count,
    tells: place.integer('hasdep', 0, 1, 0) === 1,
    waitsFor: block < 0 ? undefined : { block, step },
    links: place.integers('links', 0, MOST_LINKS),
    turns: place.integers('turns', 0, MOST_LINKS),
    line: place.line,
  };
}

/** Chunks in a buffer of the GPU; unchecked if the type of step does not use them. */
function readPlace(place: XmlPlace, side: 'src' | 'dst', count: number, isUsed: boolean, chunks: Gpu['chunks']): Place {
  if (!isUsed) return { buffer: 'i', offset: 0 };
  const buffer = place.oneOf(`${side}buf`, BUFFERS) ?? 'i';
  const offset = place.integer(`${side}off`, 0, MOST_CHUNKS);
  if (offset + count > chunks[buffer]) {
    const size = `the ${chunks[buffer]} chunks of buffer ${buffer}`;
    place.wrong(`${side}off and cnt within ${size}`, `${side}off ${offset}, cnt ${count}`);
  }
  return { buffer, offset };
}
