import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTrace } from '../../src/formats/chakra/read-trace.js';
import { traceOf } from '../../src/formats/chakra/trace-of.js';
import { collectiveWorkload } from '../../src/workload/build/collective-graph.js';
import { transformerGraph } from '../../src/workload/build/transformer.js';
import { communicatorGroups } from '../../src/workload/build/transformer-layout.js';
import { transformerModel } from '../../src/workload/build/transformer-model.js';
import { recursiveDoubling } from '../unit/formats/msccl/algorithms.js';
import { mscclXml } from '../unit/formats/msccl/xml.js';
import { cli } from './run.js';

const NETWORK = 'topology: [FullyConnected]\nnpus_count: [8]\nbandwidth: [100]\nlatency: [500]\n';

let directory = '';
const file = (...parts: string[]) => join(directory, ...parts);
const read = (path: string) => readTrace(readFileSync(path));

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'trace-'));
  writeFileSync(file('network.yml'), NETWORK);
  writeFileSync(file('system.json'), '{}');
});

afterAll(() => rmSync(directory, { recursive: true }));

/** Runs what has been written; the time of the last NPU. */
async function timeOf(prefix: string, ...flags: string[]): Promise<number> {
  const argv = ['run', `--workload-configuration=${prefix}`, `--network-configuration=${file('network.yml')}`];
  const { code, out, err } = await cli(...argv, `--system-configuration=${file('system.json')}`, ...flags);
  expect([code, err.replaceAll(/^# .*\n/gm, '')]).toEqual([0, '']);
  return Math.max(...[...out.matchAll(/finished, (\d+) cycles/g)].map(([, cycles]) => Number(cycles)));
}

describe('trace collective', () => {
  test('writes what run reads', async () => {
    const out = file('all-reduce-set');
    const argv = ['trace', 'collective', '--size', '1MiB', '--npus', '8', '--out', out];
    const { code, out: text, err } = await cli(...argv);
    expect([code, err]).toEqual([0, '']);
    expect(text.split('\n')).toEqual([
      `wrote ${join(out, 'all-reduce.0.et')} to ${join(out, 'all-reduce.7.et')}`,
      'to run them, with a network of 8 NPUs:',
      `  astra-sim-ts run --workload-configuration=${join(out, 'all-reduce')} --system-configuration=system.json --network-configuration=network.yml`,
      '',
    ]);
    expect(readdirSync(out)).toHaveLength(8);
    const trace = traceOf(collectiveWorkload({ collective: 'all-reduce', size: 2 ** 20 }).graphs);
    expect(read(join(out, 'all-reduce.5.et'))).toEqual(trace);
    expect(await timeOf(join(out, 'all-reduce'))).toBeGreaterThan(0);
    // Once more is no mistake.
    expect((await cli(...argv)).code).toBe(0);
  });

  test('equal traces are links to one file, in a second run too; --ranks: of some NPUs', async () => {
    const out = file('links');
    const argv = ['trace', 'collective', '--size', '1MiB', '--npus', '8', '--out', out];
    const inodes = () => new Set(readdirSync(out).map((name) => statSync(join(out, name)).ino));
    await cli(...argv);
    const [before] = inodes();
    expect(inodes().size).toBe(1);
    await cli(...argv);
    expect(inodes().size).toBe(1);
    expect(inodes()).not.toEqual(new Set([before]));
    const some = file('some');
    const { out: text } = await cli(...argv.with(-1, some), '--ranks', '7,2-3');
    expect(text).toBe(`wrote ${join(some, 'all-reduce')}.<npu>.et: the traces of 3 of 8 NPUs\n`);
    expect(readdirSync(some).toSorted()).toEqual([2, 3, 7].map((npu) => `all-reduce.${npu}.et`));
    expect((await cli(...argv, '--ranks', '8')).err).toMatch(/^error: --ranks: expected NPUs from 0 to 7/);
  });

  test('a larger set in the same place is not mixed with a smaller one', async () => {
    const out = file('two-sets');
    const set = (npus: string, ...more: string[]) =>
      cli('trace', 'collective', '--size', '7', '--npus', npus, '--out', out, ...more);
    await set('4');
    const before = readdirSync(out);
    const { code, err } = await set('2');
    expect([code, err]).toEqual([
      2,
      `error: --out: expected no traces of a set larger than 2, got ${join(out, 'all-reduce.2.et')} (remove it or choose another --prefix)\n`,
    ]);
    expect(readdirSync(out)).toEqual(before);
    expect((await set('2', '--prefix', 'small')).code).toBe(0);
  });

  test('a failure leaves nothing behind', async () => {
    const out = file('in-the-way');
    // A directory where the last file is to be.
    mkdirSync(join(out, 'all-reduce.1.et', 'x'), { recursive: true });
    const { code, err } = await cli('trace', 'collective', '--size', '7', '--npus', '2', '--out', out);
    expect(code).toBe(74);
    expect(err).toMatch(/^error: \S*in-the-way\/all-reduce.1.et: cannot be written: EISDIR: it is a folder\n$/);
    expect(readdirSync(out)).toEqual(['all-reduce.1.et']);
  });
});

describe('trace transformer', () => {
  const MODEL = ['--layers', '4', '--hidden', '64', '--sequence', '32', '--global-batch', '8'];
  const DEGREES = ['--tensor-parallel', '2', '--data-parallel', '2', '--pipeline-parallel', '2'];

  test('writes traces and groups, which run', async () => {
    const out = file('transformer');
    const argv = ['trace', 'transformer', ...MODEL, ...DEGREES, '--vocabulary', '100', '--flops', '1e9', '--out', out];
    const { code, out: text, err } = await cli(...argv);
    expect([code, err]).toEqual([0, '']);
    const groups = join(out, 'transformer.groups.json');
    const lines = text.split('\n');
    expect(lines.slice(0, 2)).toEqual([
      '8 NPUs = 2 tensor x 2 data x 2 pipeline; 4 micro-batches in each pipeline',
      `wrote ${join(out, 'transformer.0.et')} to ${join(out, 'transformer.7.et')} and ${groups}`,
    ]);
    expect(lines[3]).toMatch(/ --comm-group-configuration=\S*transformer\.groups\.json$/);
    const model = transformerModel({
      ...{ layers: 4, hidden: 64, sequence: 32, globalBatch: 8, vocabulary: 100, flops: 1e9 },
      ...{ tensorParallel: 2, dataParallel: 2, pipelineParallel: 2 },
    });
    expect(JSON.parse(readFileSync(groups, 'utf8'))).toEqual(communicatorGroups(model));
    expect(read(join(out, 'transformer.6.et'))).toEqual(traceOf(transformerGraph(model, 6)));
    expect(await timeOf(join(out, 'transformer'), `--comm-group-configuration=${groups}`)).toBeGreaterThan(0);
  });

  test('options by their flags', async () => {
    const options = ['--micro-batch', '2', '--bytes-per-element', '4', '--gradient-bytes', '2', '--overlap-gradients'];
    const out = file('options');
    await cli('trace', 'transformer', ...MODEL, ...options, '--data-parallel', '2', '--out', out, '--prefix', 't');
    const model = transformerModel({
      ...{ layers: 4, hidden: 64, sequence: 32, globalBatch: 8, microBatch: 2, bytesPerElement: 4, gradientBytes: 2 },
      ...{ dataParallel: 2, overlapGradients: true },
    });
    expect(read(join(out, 't.1.et'))).toEqual(traceOf(transformerGraph(model, 1)));
  });

  test.each([
    [['--micro-batch', '3'], '--global-batch: expected a multiple of --data-parallel x --micro-batch (3), got 8'],
    [['--tensor-parallel', '3'], '--hidden: expected a multiple of --tensor-parallel (3), got 64'],
    [['--flops', 'many'], '--flops: expected a number above 0, got "many"'],
    [['--prefix', 'a/b'], '--prefix: expected the beginning of a file name, got "a/b"'],
  ])('%s', async (argv, message) => {
    const out = file('nothing');
    const { code, err } = await cli('trace', 'transformer', ...MODEL, '--out', out, ...argv);
    expect([code, err]).toEqual([2, `error: ${message}\n`]);
    expect(existsSync(out)).toBe(false);
  });
});

describe('trace msccl', () => {
  test('writes a custom collective, which run uses', async () => {
    writeFileSync(file('doubling.xml'), mscclXml(recursiveDoubling(8)));
    const out = file('msccl');
    const argv = ['trace', 'msccl', file('doubling.xml'), '--size', '64KiB', '--local-memory-bandwidth', '10'];
    const { code, out: text, err } = await cli(...argv, '--out', out);
    expect([code, err]).toEqual([0, '']);
    expect(text.split('\n')).toEqual([
      `${file('doubling.xml')}: all-reduce of 8 ranks in 2 chunks of 32768 bytes; it computes what it claims`,
      `wrote ${join(out, 'doubling.0.et')} to ${join(out, 'doubling.7.et')}`,
      `to use it, in the system file: "all-reduce-implementation-custom": ["${join(out, 'doubling')}"]`,
      '',
    ]);
    writeFileSync(file('system.json'), JSON.stringify({ 'all-reduce-implementation-custom': [join(out, 'doubling')] }));
    await cli('trace', 'collective', '--size', '64KiB', '--npus', '8', '--out', out);
    // Three rounds: 500 ns + 65,536 B at 107.37 B/ns, and three times the bytes at 10 B/ns in whole microseconds.
    expect(await timeOf(join(out, 'all-reduce'))).toBe(3 * (1110 + 20_000));
  });

  test('an algorithm that does not compute its collective is not written', async () => {
    const xml = mscclXml(recursiveDoubling(2)).replace('type="rrc"', 'type="r"');
    writeFileSync(file('broken.xml'), xml);
    const { code, err } = await cli('trace', 'msccl', file('broken.xml'), '--size', '1024', '--out', file('broken'));
    expect(code).toBe(2);
    expect(err.split('\n')[0]).toBe(
      `error: ${file('broken.xml')}: rank 0, block 0 of the output: expected the sum of block 0 of ranks 0, 1, got block 0 of rank 1`,
    );
    expect(existsSync(file('broken'))).toBe(false);
  });

  test.each([
    ['none.xml', ['--size', '1'], /^error: \S*none.xml: expected a file that can be read, got ".*" \(ENOENT: .*\)\n$/],
    ['good.xml', ['--size', '1 parsec'], /^error: --size: expected a number \(bytes\) or a string with a unit/],
  ])('%s', async (name, argv, message) => {
    writeFileSync(file('good.xml'), mscclXml(recursiveDoubling(2)));
    const { code, err } = await cli('trace', 'msccl', file(name), '--out', file('nothing'), ...argv);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });
});

test.each([
  [['--size', '0'], '--size: expected a whole number of bytes, at least 1, below 2^53, got 0'],
  [['--npus', 'x'], '--npus: expected a whole number from 1 to 16777216, got "x"'],
  [
    ['--collective', 'gather'],
    '--collective: expected one of all-reduce, reduce-scatter, all-gather, all-to-all, got "gather"',
  ],
])('%s is told by its flag', async (argv, message) => {
  const good = ['--size', '1', '--npus', '2', '--out', file('nothing')];
  const { code, err } = await cli('trace', 'collective', ...good, ...argv);
  expect([code, err.split('\n')[0]]).toEqual([2, expect.stringContaining(`error: ${message}`)]);
});

test('what is missing is named', async () => {
  const { code, err } = await cli('trace', 'collective', '--size', '1', '--npus', '2');
  expect([code, err]).toEqual([2, "error: required option '--out <dir>' not specified\n"]);
});
