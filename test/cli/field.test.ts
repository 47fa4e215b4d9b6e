import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cli } from './run.js';

// Files as people have them, and what they ought to be told.

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'astra-sim-ts-field-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const runOf = (prefix: string, system: string, network: string, ...more: readonly string[]) =>
  cli(
    ...['run', '--workload-configuration', join(folder, prefix), '--system-configuration', system],
    ...['--network-configuration', network, ...more],
  );

const RING_2 = 'topology: [ Ring ]\nnpus_count: [ 2 ]\nbandwidth: [ 50 ]\nlatency: [ 500 ]\n';
const PLAIN = JSON.stringify({
  ...{ 'scheduling-policy': 'LIFO', 'endpoint-delay': 10, 'active-chunks-per-dimension': 1, 'local-mem-bw': 1600 },
  ...{ 'preferred-dataset-splits': 1, 'all-reduce-implementation': ['ring'] },
});

describe('a workload of a collective that is faster than its wires', () => {
  const system = JSON.stringify({
    ...{ 'scheduling-policy': 'LIFO', 'endpoint-delay': 10, 'active-chunks-per-dimension': 8, 'local-mem-bw': 1600 },
    ...{
      'preferred-dataset-splits': 8,
      'all-reduce-implementation': ['ring'],
      'collective-optimization': 'localBWAware',
    },
  });

  test('warns as the collective by itself does, of the same time', async () => {
    const network = write('wire.yml', 'topology: [ Ring ]\nnpus_count: [ 8 ]\nbandwidth: [ 50 ]\nlatency: [ 500 ]\n');
    const made = await cli('trace', 'collective', '--size', '64MiB', '--npus', '8', '--out', join(folder, 'w'));
    expect(made.code).toBe(0);
    const { code, out, err } = await runOf('w/all-reduce', write('wire.json', system), network, '--json');
    expect([code, err]).toEqual([0, '']);
    const run = JSON.parse(out).results;
    const alone = await cli(
      'collective',
      '--network',
      network,
      '--splits',
      '8',
      '--active-chunks',
      '8',
      '-b',
      '64M',
      '--json',
    );
    const [collective] = JSON.parse(alone.out).results;
    // 8 chunks of 8 MiB at once, messages of 1 MiB at 53.6870912 bytes per ns, reductions of 3 x 655 ns:
    // 10 + 7 (500 + 19531 + 10 + 1965) + 7 (500 + 19531 + 10).
    expect([run.timeNs, collective.timeNs]).toEqual([294_339, 294_339]);
    expect(run.warnings).toEqual(collective.warnings);
    // 8 chunks x 14 messages x 2^20 bytes pass a link, 19531 ns each.
    expect(run.warnings.map(({ code: what, data }: { code: string; data: object }) => [what, data])).toEqual([
      ['more-than-the-wire', { together: 8 }],
      [
        'below-plan-bound',
        { timeNs: 294_339, planNs: expect.any(Number), dimension: 0, occupiedNs: 112 * 19_531, bytes: 112 * 2 ** 20 },
      ],
    ]);
  });
});

test('`is_cpu_op` as an integer, as the generator of traces writes it', async () => {
  const trace = fileURLToPath(new URL('field/is-cpu-op-int.et', import.meta.url));
  for (const npu of [0, 1]) cpSync(trace, join(folder, `int.${npu}.et`));
  const { code, out } = await runOf('int', write('plain.json', PLAIN), write('ring-2.yml', RING_2));
  // An all-reduce of 1 MiB over 2: messages of 512 KiB, trunc(500 + 9765.625) ns; a reduction of 3 x 327 ns.
  const expected = 10 + (10_265 + 10 + 981) + (10_265 + 10);
  expect(out).toContain(`sys[1] finished, ${expected} cycles, exposed communication ${expected} cycles.`);
  expect(code).toBe(0);
});

test("a trace in the JSON of Chakra's feeder", async () => {
  const node = (Id: number, more: object) => ({
    Id,
    ctrlDeps: [],
    data_deps: [],
    runtime: 0,
    is_cpu_op: false,
    ...more,
  });
  const trace = JSON.stringify({
    workload_graph: [
      node(1, { Name: 'gemm', NodeType: 4, runtime: 5 }),
      node(2, { Name: 'ar', NodeType: 7, data_deps: [1], comm_type: 0, comm_size: 2 ** 20 }),
    ],
  });
  for (const npu of [0, 1]) write(`feeder.${npu}.et`, trace);
  const { code, out } = await runOf('feeder', write('plain.json', PLAIN), write('ring-2.yml', RING_2));
  // 5 us of computation, then the same all-reduce.
  expect(out).toContain(`sys[0] finished, ${5000 + 21_541} cycles, exposed communication 21541 cycles.`);
  expect(code).toBe(0);
});

describe('network files that the analytical network cannot run', () => {
  // The same from `run` and `collective`.
  const told = async (name: string, text: string) => {
    const network = write(name, text);
    const answers = [
      await runOf('int', write('plain.json', PLAIN), network),
      await cli('collective', '--network', network),
    ];
    for (const { code, out } of answers) expect([code, out]).toEqual([2, '']);
    const [run, collective] = answers.map(({ err }) => err.replaceAll(`${folder}/`, ''));
    expect(run).toBe(collective);
    return run;
  };

  test('an unsupported topology is named, and everything that is missing', async () => {
    const text = 'topology: [ Custom ]\ntopology_file: "links.txt"\n';
    expect(await told('custom.yml', text)).toBe(
      [
        'error: custom.yml: topology[0]: expected one of Ring, Switch, FullyConnected, got "Custom"',
        'error: custom.yml: npus_count: expected a whole number from 1 to 2147483647, got nothing',
        'error: custom.yml: bandwidth: expected a number above 0 (GiB/s), got nothing',
        'error: custom.yml: latency: expected a number of at least 0 (ns), got nothing\n',
      ].join('\n'),
    );
  });

  test('a file of the 1.0 series is said to be one', async () => {
    const text =
      '{"dimensions-count":2,"topologies-per-dim":["Ring","Switch"],"units-count":[4,2],"link-latency":[500,500],"link-bandwidth":[50,25]}';
    expect(await told('from-1.0.json', text)).toMatch(
      /^error: from-1\.0\.json: .* a network file of the 1\.0 series.*\n$/,
    );
  });

  test('a file of ns-3 is said to be one', async () => {
    expect(await told('ns3.json', '{"logical-dims":["8"]}')).toMatch(
      /^error: ns3\.json: .* an ns-3 logical topology.*\n$/,
    );
  });
});
