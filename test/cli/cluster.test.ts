import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { allocateBandwidth, circuitSteps, placeJob, scheduleCircuits, simulateJobs } from '../../src/cluster/index.js';
import { testFolder } from '../support/folder.js';
import { cli } from './run.js';

const folder = fileURLToPath(new URL('../../examples/cluster/', import.meta.url));
const { at } = testFolder();

/** The command that each example is for. */
const COMMANDS: Readonly<Record<string, string>> = {
  'allocate.yml': 'allocate',
  'circuits.yml': 'circuits',
  'hosts.yml': 'place',
  'fat-tree.yml': 'place',
  'rails.yml': 'place',
  'jobs.yml': 'jobs',
};

function file(text: string): string {
  writeFileSync(at('options.yml'), text);
  return at('options.yml');
}

describe('examples/cluster', () => {
  test('every file has its command', () => {
    expect(readdirSync(folder).sort()).toEqual(Object.keys(COMMANDS).sort());
  });

  test.each(Object.entries(COMMANDS))('%s runs, as a table and as JSON', async (name, command) => {
    const table = await cli(command, folder + name);
    expect(table).toMatchObject({ code: 0, err: '' });
    expect(table.out.split('\n').length).toBeGreaterThan(3);
    const json = await cli(command, folder + name, '--json');
    expect(json).toMatchObject({ code: 0, err: '' });
    const printed = JSON.parse(json.out);
    expect(printed).toMatchObject({ schemaVersion: 1, command, input: { file: folder + name } });
    expect(printed.results).toBeTypeOf('object');
  });
});

// biome-ignore lint/suspicious/noExplicitAny: files of the test's own, read as what they are.
const parse = (text: string): any => load(text);
const read = (name: string) => parse(readFileSync(folder + name, 'utf8'));
const results = async (...argv: string[]) => JSON.parse((await cli(...argv, '--json')).out).results;

describe('allocate', () => {
  const two = `
total: 100 GB/s
collectives: [{ collective: reduce-scatter, bytes: 640 kB }]
dimensions:
  - { npus: 4, kind: ring, latency: 0, price: { kind: ring, npus: 16, link: 2 } }
  - { npus: 4, kind: fully-connected, latency: 0, price: 1 }
simulation: { splits: 1, endpointDelay: 0, localMemoryBandwidth: unlimited }
`;

  test('is allocateBandwidth', async () => {
    // 480,000 and 120,000 bytes: 4 to 1. A GB/s of the ring costs 16 x 2.
    const found = await results('allocate', file(two));
    expect(found).toMatchObject({ bytesPerNs: [80, 20], timeNs: 6000, price: 80 * 32 + 20 });
    const { collectives, total } = parse(two);
    const dimensions = [
      { npus: 4, price: 32 },
      { npus: 4, price: 1 },
    ];
    expect(found).toEqual(allocateBandwidth({ collectives, total, dimensions }));
    const { out } = await cli('allocate', file(two));
    expect(out).toMatch(/^ +0 +4 +80\.00 +80\.0 %$/m);
    // Half of the total each: 480,000 bytes at 50 bytes per ns.
    expect(out).toContain('time 6.000 us; in equal shares 9.600 us\nprice 2580 dollars\n');
  });

  test('--front', async () => {
    const front = await results('allocate', file(two), '--front', '3');
    expect(front.length).toBeLessThanOrEqual(3);
    expect((await cli('allocate', file(two), '--front', '3')).out).toMatch(/^price +time +GB\/s in 0 +GB\/s in 1$/m);
  });

  test('--judge', async () => {
    const verdict = await results('allocate', file(two), '--judge');
    expect(verdict.ideal).toEqual({ bytesPerNs: [80, 20], modelNs: 6000, simulatedNs: 12_000, price: 2580 });
    expect((await cli('allocate', file(two), '--judge')).out).toMatch(
      /^of the model +12\.00 us +80\.00 +20\.00 +2580$/m,
    );
  });

  test('--judge within a budget', async () => {
    // 2 x 80 + 1 x 20 = 180 dollars.
    const text = two
      .replace('total: 100 GB/s', 'budget: 180')
      .replace('price: { kind: ring, npus: 16, link: 2 }', 'price: 2');
    const { ideal, best } = await results('allocate', file(text), '--judge');
    expect(ideal.price).toBeCloseTo(180, 9);
    expect(best.price).toBeLessThanOrEqual(180 * (1 + 1e-9));
    expect((await cli('allocate', file(text), '--judge')).out).toMatch(/^of the model .* 180\.0$/m);
  });

  test.each<[string, string[], string]>([
    ['total: 1\ncollectives: []\ndimensions: [{ npus: 0 }]', [], 'dimensions[0].npus'],
    ['total: 1 GB\ncollectives: [{ collective: all-reduce, bytes: 1 }]\ndimensions: [{ npus: 2 }]', [], 'total'],
    [two.replace('link: 2', 'lnk: 2'), [], 'dimensions[0].price.lnk'],
    [two.replace('kind: ring, latency: 0', 'kind: ring'), ['--judge'], 'dimensions[0].latency'],
    [two.replace('splits', 'split'), ['--judge'], 'simulation.split'],
    ['[1, 2]', [], ''],
  ])('what is wrong is said with its key: %#', async (text, flags, key) => {
    const name = file(text);
    const { code, out, err } = await cli('allocate', name, ...flags);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(`error: ${name}: ${key}`);
  });

  test('a flag that is wrong', async () => {
    expect(await cli('allocate', file(two), '--front', 'x')).toMatchObject({
      code: 2,
      err: 'error: --front: expected a whole number from 1 to 1000, got "x"\n',
    });
  });
});

describe('circuits', () => {
  test('is scheduleCircuits', async () => {
    const { algorithm, npus, size, ...rest } = read('circuits.yml');
    const steps = circuitSteps(algorithm, npus, size);
    expect(await results('circuits', `${folder}circuits.yml`)).toEqual(scheduleCircuits({ ...rest, steps }));
  });

  const steps = 'steps: [{ bytes: 1 kB, circuit: 1 }]\nswitches: 2\nbandwidth: 1 GB/s\nreconfiguration: 100 ns\n';

  test('steps of your own, a plan of your own', async () => {
    // 100 ns to set the circuit, then 1000 bytes over two switches, or over one.
    expect((await results('circuits', file(steps))).timeNs).toBe(600);
    const planned = file(`${steps}plan: [[1]]`);
    expect((await results('circuits', planned)).timeNs).toBe(1100);
    expect((await cli('circuits', planned)).out).toMatch(/time 1\.100 us\n$/);
    expect((await cli('circuits', planned, '--timeline')).out).toMatch(/^ +0 +1 +0 ns +100\.0 ns +1\.100 us/m);
  });

  test.each([
    [steps.replace('1 GB/s', '1 GB'), 'bandwidth'],
    [steps.replace('circuit:', 'circut:'), 'steps[0].circut'],
    [`${steps}algorithm: ring\nnpus: 4\nsize: 1 kB`, 'algorithm'],
    ['algorithm: ring\nnpus: 3\nsize: 1 kB', 'npus'],
    [`${steps}plan: [[2]]`, 'plan[0]'],
  ])('what is wrong is said with its key: %#', async (text, key) => {
    const name = file(text);
    const { code, err } = await cli('circuits', name);
    expect(code).toBe(2);
    expect(err).toContain(`error: ${name}: ${key}: `);
  });
});

describe('place', () => {
  const leaf = `
machine:
  topology: "graph: fat-tree(2x2, 50 GB/s, 0 ns, oversubscription = 4)"
  switching: cut-through
hosts: 2
npus: 2
collective: all-reduce
size: 1 MB
`;

  test('is placeJob', async () => {
    expect(await results('place', file(leaf))).toEqual(placeJob(parse(leaf)));
    expect((await cli('place', file(leaf))).out).toMatch(
      /^per host {2}2 0\n.*\nsearch {4}exhaustive, 3 placements\nNPUs {6}0 1\n$/,
    );
  });

  test('other jobs, and what becomes of them', async () => {
    const jobs = 'jobs: [{ name: other, npus: [0, 2], collective: all-reduce, size: 1 MB }]';
    const { out } = await cli('place', file(leaf + jobs));
    expect(out).toMatch(/^NPUs {6}1 3$/m);
    expect(out).toMatch(/^other +2 /m);
  });

  test('--search and --compare', async () => {
    expect((await results('place', file(leaf), '--search', 'spread')).npus).toEqual([0, 2]);
    const found: { search: string; counts: number[] }[] = await results('place', file(leaf), '--compare');
    expect(found.map(({ search, counts }) => `${search} ${counts}`)).toEqual([
      'compact 2,0',
      'best-fit 2,0',
      'spread 1,1',
      'eliminate 0,2',
      'eliminate-and-improve 2,0',
      'exhaustive 2,0',
    ]);
    expect((await cli('place', `${folder}hosts.yml`, '--compare')).out).toMatch(/^spread +3 3 2 2 +50\.28 +47\.4 %/m);
  });

  test.each([
    [leaf.replace('hosts: 2', 'hosts: 3'), 'hosts'],
    [leaf.replace('npus: 2', 'npus: 5'), 'npus'],
    [leaf.replace('fat-tree', 'fat-tre'), 'machine.topology'],
    [`${leaf}free: [1]`, 'free'],
    [`${leaf}jobs: [{ name: a, npus: [9], collective: all-reduce, size: 1 }]`, 'jobs[0].npus[0]'],
    ['hosts: []\nfree: [1]\ngpus: 1\nbytes: 1', 'hosts'],
    ['{}', 'hosts'],
  ])('what is wrong is said with its key: %#', async (text, key) => {
    const name = file(text);
    for (const flags of [[], ['--compare']]) {
      const { code, err } = await cli('place', name, ...flags);
      expect(code).toBe(2);
      expect(err).toContain(`error: ${name}: ${key}: `);
    }
  });

  test('errors as JSON', async () => {
    const { err } = await cli('place', file(leaf.replace('size: 1 MB', 'size: 1 MBit/s')), '--json');
    const { error } = JSON.parse(err);
    expect(error.issues.map(({ path }: { path: string }) => path)).toEqual([`${at('options.yml')}: size`]);
  });
});

describe('jobs', () => {
  const two = `
machine: { topology: "switch(4, 1 GB/s, 0 ns)", switching: cut-through }
jobs:
  - { name: a, npus: [0, 1], collective: all-reduce, size: 1 kB }
  - { name: b, npus: [2, 3], collective: all-gather, size: 1 kB, count: 2 }
`;

  test('is simulateJobs', async () => {
    const { machine, jobs } = parse(two);
    expect(await results('jobs', file(two))).toEqual(simulateJobs(jobs, machine));
    const { out } = await cli('jobs', file(two));
    expect(out).toMatch(/^job +NPUs +alone +together +slow-down +GB\/s\na +2 .* 1\.00 +0\.\d+\nb +2 .*1\.00 /);
    expect(out).toMatch(/\nthe last ends at \d\.\d+ us\n$/);
  });

  test('on circuits, too', async () => {
    const topology = 'circuits(4, 1 GB/s, 0 ns, switches = 1, reconfiguration = 1 us)';
    const { jobs } = await results('jobs', file(two.replace('switch(4, 1 GB/s, 0 ns)', topology)));
    expect(jobs.map(({ slowdown }: { slowdown: number }) => slowdown)).toEqual([1, 1]);
  });

  test.each([
    [two.replace('[2, 3]', '[1, 3]'), 'jobs[1].npus[0]'],
    [two.replace('name: b', 'name: a'), 'jobs[1].name'],
    [two.replace('[2, 3]', '[2, 9]'), 'jobs[1].npus[1]'],
    [two.replace('count: 2', 'count: 0'), 'jobs[1].count'],
    [two.replace('collective: all-gather', 'collective: gossip'), 'jobs[1].collective'],
    [two.replace('switch(', 'swtch('), 'machine.topology[0].kind'],
    [two.replace('switching', 'switchin'), 'machine.switchin'],
    [`${two}size: 1`, 'size'],
    ['jobs: []\nmachine: {}', 'jobs'],
    ['machine: { topology: "ring(2, 1 GB/s, 1 ns)" }', 'jobs'],
    ['jobs: 7\nmachine: 8', 'machine'],
    ['[1]', ''],
  ])('what is wrong is said with its key: %#', async (text, key) => {
    const name = file(text);
    const { code, out, err } = await cli('jobs', name);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(`${name}: ${key}`);
  });
});

test.each([
  ['allocate', '--judge', '--front'],
  ['place', '--compare', '--search'],
])('%s: %s and %s exclude each other', async (command, one, other) => {
  const { code, err } = await cli(command, `${folder}${command === 'place' ? 'hosts' : command}.yml`, one, other, '3');
  expect(code).toBe(2);
  expect(err).toContain('cannot be used with option');
});

test('a file that is not there', async () => {
  expect(await cli('place', at('none.yml'))).toMatchObject({ code: 2, out: '' });
});
