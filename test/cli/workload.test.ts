import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { run } from '../../src/cli/run.js';
import { inputOf, readWorkloadRows, type WorkloadRow } from '../support/golden-workload-rows.js';

const rows = readWorkloadRows('workloads');

/** Writes a golden row as the reference's own files; returns the folder. */
function writeFiles(row: WorkloadRow): string {
  const dir = mkdtempSync(join(tmpdir(), 'workload-'));
  const { traces: given, network, system, remoteMemory, commGroups } = inputOf(row);
  const traces = given as readonly Uint8Array[];
  for (const [npu, bytes] of traces.entries()) writeFileSync(join(dir, `w.${npu}.et`), bytes as Uint8Array);
  writeFileSync(join(dir, 'network.yml'), JSON.stringify(network));
  writeFileSync(join(dir, 'system.json'), JSON.stringify(system));
  if (remoteMemory !== undefined) writeFileSync(join(dir, 'memory.json'), JSON.stringify(remoteMemory));
  if (commGroups !== undefined) writeFileSync(join(dir, 'groups.json'), JSON.stringify(commGroups));
  return dir;
}

async function call(dir: string, ...more: string[]) {
  const printed = { out: '', err: '' };
  const files = ['--workload-configuration', join(dir, 'w'), `--system-configuration=${join(dir, 'system.json')}`];
  const argv = ['run', ...files, `--network-configuration=${join(dir, 'network.yml')}`, ...more];
  const code = await run(argv, {
    out: (text) => {
      printed.out += text;
    },
    err: (text) => {
      printed.err += text;
    },
  });
  return { code, ...printed };
}

const rowOf = (id: string) => rows.find((row) => row.id === id) as WorkloadRow;

describe('run on a network of our own', () => {
  const row = rowOf('wl-0');
  const dir = writeFiles(row);
  const given = inputOf(row).network as {
    npus_count: number[];
    bandwidth: number[];
    latency: number[];
    topology: string[];
  };

  async function on(...network: string[]) {
    const printed = { out: '', err: '' };
    const argv = [
      'run',
      '--workload-configuration',
      join(dir, 'w'),
      '--system-configuration',
      join(dir, 'system.json'),
    ];
    const io = {
      out: (text: string) => {
        printed.out += text;
      },
      err: (text: string) => {
        printed.err += text;
      },
    };
    return { code: await run([...argv, ...network], io), ...printed };
  }

  test('in shorthand: what the network file gives', async () => {
    const kind = { Ring: 'ring', Switch: 'switch', FullyConnected: 'fully-connected' }[given.topology[0] as 'Ring'];
    const shorthand = `${kind}(${given.npus_count[0]}, ${given.bandwidth[0]} GiB/s, ${given.latency[0]} ns)`;
    expect(given.topology).toHaveLength(1);
    expect(await on('--topology', shorthand)).toMatchObject({ code: 0, out: (await call(dir)).out });
  });

  test('a file of links: traces play on a graph, whose links are named', async () => {
    const file = join(dir, 'links.yml');
    const npus = given.npus_count[0] as number;
    const links = Array.from({ length: npus }, (_, npu) => ({
      from: npu,
      to: 'hub',
      both: true,
      bandwidth: 50,
      latency: 500,
    }));
    writeFileSync(file, JSON.stringify({ npus, switches: ['hub'], links }));
    const { code, out, err } = await on('--topology', file, '--network-backend=congestion-aware', '--json');
    expect(err).toBe('');
    expect(code).toBe(0);
    const { input, results } = JSON.parse(out);
    expect(input.topology.npus).toBe(npus);
    expect(results.timeNs).toBeGreaterThan(0);
  });

  test('neither, both, or one that cannot be read', async () => {
    expect(await on()).toMatchObject({
      code: 2,
      err: expect.stringContaining('--network-configuration: expected a network file, or --topology, got neither'),
    });
    expect(await on('--topology', 'ring(2, 1 GB/s, 1 ns)', '--network-configuration', 'x')).toMatchObject({ code: 2 });
    expect(await on('--topology', 'ring(2, 1 parsec, 1 ns)')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--topology[0]'),
    });
    expect(await on('--topology', join(dir, 'none.yml'))).toMatchObject({
      code: 2,
      err: expect.stringContaining('readable file'),
    });
  });
});

describe('run', () => {
  test('prints what scripts parse, in the order in which NPUs finish', async () => {
    const { code, out } = await call(writeFiles(rowOf('wl-0')));
    expect(code).toBe(0);
    // The golden row: finish 10225, 10270; exposed 6224, 6269; comm 6345, 6270; gpu 4001; overlap 121, 1.
    expect(out).toBe(`sys[0] finished, 10225 cycles, exposed communication 6224 cycles.
sys[0], Wall time: 10225
sys[0], Comm time: 6345
sys[0], GPU time: 4001
sys[0], Total compute-communication overlap: 121
sys[1] finished, 10270 cycles, exposed communication 6269 cycles.
sys[1], Wall time: 10270
sys[1], Comm time: 6270
sys[1], GPU time: 4001
sys[1], Total compute-communication overlap: 1
`);
    expect([...out.matchAll(/Wall time: (\d+)/g)].map(([, ns]) => ns)).toEqual(['10225', '10270']);
  });

  test('groups, memory and the other backend: the golden finish times in the printed lines', async () => {
    const chosen = ['group', 'mem'].flatMap((style) =>
      rows
        .filter(
          (row) => (row as unknown as { style: string }).style === style && row.outcome === 'ok' && !row.queuesPerDim,
        )
        .slice(0, 6),
    );
    for (const row of chosen) {
      const dir = writeFiles(row);
      const { out, code } = await call(
        dir,
        ...(row.remoteMemory === undefined ? [] : ['--remote-memory-configuration', join(dir, 'memory.json')]),
        ...(row.commGroups === undefined ? [] : [`--comm-group-configuration=${join(dir, 'groups.json')}`]),
        `--network-backend=${row.backend}`,
      );
      expect(code).toBe(0);
      const { traces, finish } = row;
      for (let npu = 0; npu < traces.of.length; npu++) {
        const expected = typeof finish === 'number' ? finish : finish?.[npu];
        expect(out).toContain(`sys[${npu}], Wall time: ${expected}\n`);
      }
    }
  });

  test('--json prints the result; flags that are not honoured are named', async () => {
    const { out, code } = await call(
      writeFiles(rowOf('wl-0')),
      '--json',
      '--comm-scale=2',
      '--logging-folder',
      'x',
      '--new-flag=3',
    );
    expect(code).toBe(0);
    const result = JSON.parse(out).results;
    expect(result.timesByNpu.map(({ finishNs }: { finishNs: number }) => finishNs)).toEqual([10225, 10270]);
    const messages = result.warnings.map(({ message }: { message: string }) => message).join('\n');
    expect(messages).not.toContain('--comm-scale');
    expect(messages).toContain('--new-flag=3 is unknown');
    expect(messages).toContain('--logging-folder is not honoured');
    expect(messages).toContain('boost-mode');
  });

  test('a stall names who waits for what, with exit code 3', async () => {
    const { out, err, code } = await call(writeFiles(rowOf('wl-460')));
    expect(code).toBe(3);
    expect(out).toBe('');
    expect(err).toMatch(/stalled at \d+ ns/);
    expect(err).toMatch(/NPU \d+, node \d+ \(.*\): waits for/);
  });

  test.each([
    [
      'a file that is not there',
      ['--comm-group-configuration=/nowhere.json'],
      /comm-group-configuration.*readable file/,
    ],
    ['a number that is none', ['--num-queues-per-dim=two'], /--num-queues-per-dim: expected a number, got "two"/],
    [
      'an unknown backend',
      ['--network-backend=htsim'],
      /--network-backend: expected one of congestion-unaware, congestion-aware, got "htsim"/,
    ],
  ])('%s is exit code 2', async (_, flags, message) => {
    const { out, err, code } = await call(writeFiles(rowOf('wl-0')), ...flags);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(message);
  });

  test('fewer trace files than NPUs are an error, of more the first ones count', async () => {
    const dir = writeFiles(rowOf('wl-0'));
    writeFileSync(join(dir, 'w.2.et'), '');
    const more = await call(dir);
    expect([more.code, more.err.includes('w.2.et and any later files are ignored')]).toEqual([0, true]);
    writeFileSync(join(dir, 'network.yml'), JSON.stringify({ ...(rowOf('wl-0').network as object), npus_count: [4] }));
    expect((await call(dir)).err).toMatch(/one trace file per NPU.*3 of them; .*w\.3\.et missing/);
  });

  test('malformed files name file, line and column, or byte offset', async () => {
    const dir = writeFiles(rowOf('wl-0'));
    writeFileSync(join(dir, 'system.json'), '{\n  "scheduling-policy": "FIFO",,\n}');
    const bad = await call(dir);
    expect(bad.code).toBe(2);
    expect(bad.err).toMatch(/system\.json:2:\d+/);
    const other = writeFiles(rowOf('wl-0'));
    writeFileSync(join(other, 'w.1.et'), new Uint8Array([7, 10, 5, 48, 46, 48, 46, 52, 255, 255]));
    const cut = await call(other);
    expect(cut.code).toBe(2);
    expect(cut.err).toMatch(/w\.1\.et/);
    expect(cut.err).toMatch(/byte/);
  });
});
