import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, test } from 'vitest';
import { testFolder } from '../support/folder.js';
import { type Schema, schemaFaults } from '../support/json-schema.js';
import { cli, RING_16 } from './run.js';

const root = new URL('../../', import.meta.url);
const schema: Schema = JSON.parse(readFileSync(new URL('schema/output.schema.json', root), 'utf8'));
const { at } = testFolder();

const NETWORK = '--network-configuration';

beforeEach(() => {
  writeFileSync(at('net.yml'), 'topology: [Ring]\nnpus_count: [4]\nbandwidth: [50]\nlatency: [500]\n');
  writeFileSync(at('sys.json'), '{"all-reduce-implementation": ["ring"]}');
  writeFileSync(
    at('space.yml'),
    JSON.stringify({ base: { collective: 'all-reduce', topology: RING_16, size: '1 MiB' }, axes: { splits: [1, 2] } }),
  );
});

/** What a command prints with --json, checked against the schema. */
async function answer(...argv: string[]) {
  const { code, out, err } = await cli(...argv, '--json');
  expect([code, err]).toEqual([0, '']);
  const printed = JSON.parse(out);
  expect(schemaFaults(schema, printed)).toEqual([]);
  return printed;
}

const run = (...argv: string[]) =>
  answer('run', '--workload-configuration', at('w/all-reduce'), '--system-configuration', at('sys.json'), ...argv);
const trace = () => answer('trace', 'collective', '--size', '1MiB', '--npus', '4', '--out', at('w'));

describe('every command prints what the schema says', () => {
  test('collective: the spec with its defaults, in base units', async () => {
    const { command, input, results } = await answer('collective', '--topology', RING_16, '-b', '1M', '-e', '2M');
    expect(command).toBe('collective');
    expect(input).toMatchObject({
      topology: [{ kind: 'ring', npus: 16, bandwidth: 644.2450944, latency: 500 }],
      ...{ collective: 'all-reduce', algorithms: 'ring', endpointDelay: 10, localMemoryBandwidth: 1600 },
      ...{ sizes: [2 ** 20, 2 ** 21], explain: false },
    });
    expect(results).toHaveLength(2);
  });

  test('collective --explain', async () => {
    const { input, results } = await answer('collective', '--topology', RING_16, '--explain');
    expect([input.explain, results[0].result.timeNs]).toEqual([true, 66_040]);
  });

  test('run, trace', async () => {
    expect((await trace()).results).toEqual({ prefix: at('w/all-reduce'), npus: 4 });
    const { input, results } = await run(NETWORK, at('net.yml'));
    expect(input).toMatchObject({ files: { networkConfiguration: at('net.yml') }, splits: 1 });
    expect(results.npus).toBe(4);
  });

  test('sweep, tune', async () => {
    expect((await answer('sweep', at('space.yml'), '--workers', '0')).results.points).toBe(2);
    expect((await answer('tune', at('space.yml'), '--workers', '0')).command).toBe('tune');
  });

  test.each([
    ['a flag', ['collective', '--splts', '3']],
    ['a spec', ['collective', '--topology', 'ring(8)']],
    ['a file', ['sweep', 'nowhere.yml']],
    ['no command', []],
    ['a shell', ['--completion', 'tcsh']],
  ])('wrong in %s', async (_, argv) => {
    const { code, out, err } = await cli(...argv, '--json');
    expect([code, out]).toEqual([2, '']);
    expect(schemaFaults(schema, JSON.parse(err))).toEqual([]);
  });

  test('the schema refuses what is not so', () => {
    const tool = { name: 'astra-sim-ts', version: '1' };
    const output = { schemaVersion: 1, tool, command: 'collective', input: {}, results: [] };
    expect(schemaFaults(schema, output)).toEqual([]);
    for (const wrong of [{ command: 'x' }, { results: {} }, { results: [{}] }, { schemaVersion: 2 }, { more: 1 }]) {
      expect(schemaFaults(schema, { ...output, ...wrong })).not.toEqual([]);
    }
  });
});

describe('- is standard input', () => {
  const main = fileURLToPath(new URL('dist/cli/main.js', root));
  const piped = (file: string, ...argv: string[]) =>
    spawnSync(process.execPath, [main, ...argv], { input: readFileSync(file), encoding: 'utf8' });

  test('for a network', async () => {
    const { status, stdout } = piped(at('net.yml'), 'collective', '--network', '-');
    expect(status).toBe(0);
    expect(stdout).toBe((await cli('collective', '--network', at('net.yml'))).out);
  });

  test("for one of a workload's files", async () => {
    await trace();
    const argv = ['run', '--workload-configuration', at('w/all-reduce')];
    const files = ['--system-configuration', at('sys.json'), NETWORK, '-'];
    expect(piped(at('net.yml'), ...argv, ...files).stdout).toContain('sys[3] finished');
    const { code, err } = await cli(...argv, '--system-configuration', '-', NETWORK, '-');
    expect([code, err]).toEqual([
      2,
      'error: --system-configuration: expected standard input (-) for one file, got for --network-configuration and --system-configuration\n',
    ]);
  });

  test('for an algorithm', async () => {
    const file = fileURLToPath(new URL('test/golden/msccl/simple-ar-ring-4.xml', root));
    const { status, stdout } = piped(file, 'trace', 'msccl', '-', '--size', '1MiB', '--out', at('m'));
    expect([status, stdout.split('\n')[0]]).toEqual([
      0,
      expect.stringMatching(/^standard input: all-reduce of 4 ranks in .* it computes what it claims$/),
    ]);
  });
});
