import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bestChanges, MODEL_PRESETS, simulateTraining } from '../../src/training/index.js';
import { testFolder } from '../support/folder.js';
import { cli } from './run.js';
import { small, smallOptions } from './small-step.js';

const { at } = testFolder();

function file(text: string): string {
  writeFileSync(at('step.yml'), text);
  return at('step.yml');
}

const ASKED = ['train', '--model', 'megatron-22b', '--cluster', 'dgx-a100', '--gpus', '64', '--global-batch', '64'];

describe('train', () => {
  test('a step for people: time, where it goes, memory, what would help', async () => {
    const { code, out, err } = await cli(...ASKED, '--tensor', '8', '--recompute', 'full');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^Megatron 22B \(22\.07 billion parameters, sequences of 2,048\) on 64 x A100 80 GB$/m);
    expect(out).toMatch(/^tensor 8 x data 8; batch 64: 8 micro-batches of 1 per pipeline; full recomputation$/m);
    for (const line of ['step ', 'tokens per second', 'model FLOP/s utilisation', 'computation', 'in all']) {
      expect(out).toMatch(new RegExp(`^${line}`, 'm'));
    }
    expect(out).toMatch(
      /^bottleneck beside computation: gradients and weights of data parallelism, \d+\.\d % of the step$/m,
    );
    const [, changes = ''] = out.split('single changes that help most');
    expect(changes.trim().split('\n')).toHaveLength(6);
    expect(changes).toMatch(/^ {2}--fused-attention +\d+\.\d+ m?s +-\d+\.\d % +\d+\.\d GB$/m);
  });

  test('--json is simulateTraining and bestChanges', async () => {
    const options = {
      model: 'megatron-22b',
      cluster: 'dgx-a100 x 64',
      plan: { globalBatch: 64, tensor: 8, recompute: 'full' },
    } as const;
    const { out } = await cli(...ASKED, '--tensor', '8', '--recompute', 'full', '--changes', '2', '--json');
    const { command, input, results } = JSON.parse(out);
    expect(command).toBe('train');
    expect(input).toMatchObject({ cluster: 'dgx-a100 x 64', plan: { data: 8, schedule: '1f1b', microBatches: 8 } });
    expect(results).toMatchObject(JSON.parse(JSON.stringify(simulateTraining(options))));
    expect(results.bottleneck).toBe('data');
    expect(results.changes.map(({ name }: { name: string }) => name)).toEqual(
      bestChanges(options, 2).map(({ name }) => name),
    );
  });

  test('a file, and flags that go over it', async () => {
    const stepNs = async (...flags: string[]) =>
      JSON.parse((await cli('train', file(small), '--changes', '0', '--json', ...flags)).out).results.stepNs;
    expect(await stepNs()).toBe(simulateTraining(smallOptions).stepNs);
    const plan = { ...smallOptions.plan, pipeline: 1, zero: 1, fusedAttention: true } as const;
    expect(await stepNs('--pipeline', '1', '--zero', '1', '--fused-attention')).toBe(
      simulateTraining({ ...smallOptions, plan }).stepNs,
    );
    expect(await stepNs('--order', 'tensor-data-context-pipeline', '--precision', 'gradients=2')).toBe(
      simulateTraining({
        ...smallOptions,
        plan: {
          ...smallOptions.plan,
          order: ['tensor', 'data', 'context', 'pipeline'],
          precision: { gradients: 2 },
        },
      }).stepNs,
    );
  });

  test('flags without a value have a form that turns off what the file turns on', async () => {
    const options = ['sequenceParallel', 'overlapGradients', 'overlapPipeline', 'scatterGather', 'fusedAttention'];
    const all = options.map((option) => `${option}: true`).join(', ');
    const name = file(small.replace('tensor: 2', `tensor: 2, ${all}`));
    const planWith = async (...flags: string[]) =>
      JSON.parse((await cli('train', name, '--changes', '0', '--json', ...flags)).out).input.plan;
    const on = await planWith();
    for (const option of options) {
      const flag = option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      expect(await planWith(`--no-${flag}`)).toEqual({ ...on, [option]: false });
      // The last one counts.
      expect(await planWith(`--no-${flag}`, `--${flag}`)).toEqual(on);
    }
    // What would help is a flag that can be given as it stands.
    const slow = file(small.replace('tensor: 2', 'tensor: 2, scatterGather: true'));
    const { out } = await cli('train', slow, '--changes', '100');
    expect(out).toMatch(/^ {2}--no-scatter-gather /m);
  });

  test('a plan that does not fit is warned of, and the changes say what would make it fit', async () => {
    const { code, out, err } = await cli(...ASKED, '--tensor', '2');
    expect(code).toBe(0);
    expect(err).toMatch(/^# warning: the plan does not fit: an NPU needs \d+\.\d GB, A100 80 GB has 80\.0 GB\n$/);
    expect(out).toContain('in all: TOO MUCH');
    expect(out).toMatch(/^ {2}--\S+.* fits$/m);
  });

  test('--perfetto: a process per stage, a lane per thing that works by itself; --timeline: a picture', async () => {
    const [perfetto, timeline] = [at('step.json'), at('step.svg')];
    const flags = ['--changes', '0', '--perfetto', perfetto, '--timeline', timeline];
    expect(await cli('train', file(small), ...flags)).toMatchObject({ code: 0, err: '' });
    const { traceEvents } = JSON.parse(readFileSync(perfetto, 'utf8'));
    const named = (name: string) =>
      traceEvents.filter((one: { name: string }) => one.name === name).map((one: { args: object }) => one.args);
    expect(named('process_name')).toEqual([0, 1].map((i) => ({ name: `stage ${i}: one of 4 NPUs that are alike` })));
    expect(new Set(named('thread_name').map(({ name }: { name: string }) => name))).toEqual(
      new Set(['passes', 'computation', 'communication', 'messages', 'gradients']),
    );
    const ends = traceEvents.map(({ ts = 0, dur = 0 }: { ts?: number; dur?: number }) => ts + dur);
    expect(Math.max(...ends)).toBeCloseTo(simulateTraining(smallOptions).stepNs / 1000, 6);
    expect(readFileSync(timeline, 'utf8')).toMatch(/^<svg .*stage 1.*backward/s);
  });

  describe('--traces', () => {
    test('are what run takes as long for as the step', async () => {
      // Traces have whole microseconds.
      const pass = { forwardNs: 7000, backwardNs: 13_000 };
      const parts = { attention: pass, core: pass, feedForward: pass, embedding: pass, output: pass };
      const durations = { ...parts, optimizerNs: 5000 };
      const text = `${small}durations: ${JSON.stringify(durations)}\n`;
      const { code, err } = await cli('train', file(text), '--changes', '0', '--traces', at('traces'));
      const [prefix, groups] = [at('traces/step'), at('traces/step.groups.json')];
      expect([code, err.replace(/^# warning.*\n/m, '')]).toEqual([
        0,
        `# wrote ${prefix}.0.et to ${prefix}.7.et and ${groups}\n`,
      ]);
      const endpoint = { 'endpoint-delay': 10, 'local-mem-bw': 2039, 'active-chunks-per-dimension': 2 };
      writeFileSync(at('system.json'), JSON.stringify({ ...endpoint, 'preferred-dataset-splits': 1 }));
      const files = [`--workload-configuration=${prefix}`, `--comm-group-configuration=${groups}`];
      const machine = [`--system-configuration=${at('system.json')}`, '--topology', 'dgx-a100 x 8'];
      const { out } = await cli('run', ...files, ...machine, '--json');
      expect(JSON.parse(out).results.timeNs).toBe(simulateTraining({ ...smallOptions, durations }).stepNs);
    });

    test('--ranks: of some accelerators, as in the whole set', async () => {
      await cli('train', file(small), '--changes', '0', '--traces', at('all'));
      const { err } = await cli('train', file(small), '--changes', '0', '--traces', at('some'), '--ranks', '6,1-2');
      const groups = at('some/step.groups.json');
      expect(err).toBe(`# wrote ${at('some/step')}.<npu>.et: the traces of 3 of 8 NPUs and ${groups}\n`);
      const written = ['step.1.et', 'step.2.et', 'step.6.et', 'step.groups.json'];
      expect(readdirSync(at('some')).toSorted()).toEqual(written);
      for (const name of written.slice(0, 3)) {
        expect(readFileSync(at(`some/${name}`))).toEqual(readFileSync(at(`all/${name}`)));
      }
      // Those that the three are in: two pairs of tensor ranks in the first stage, one in the second, and so on.
      const of = (folder: string) => JSON.parse(readFileSync(at(`${folder}/step.groups.json`), 'utf8'));
      expect(of('all')).toMatchObject(of('some'));
      expect(of('some')['tensor 6']).toEqual([6, 7]);
      expect(of('some')['tensor 4']).toBeUndefined();
    });

    test.each<[string[], RegExp]>([
      [['--ranks', '0'], /^error: --ranks: expected --traces DIR, where to write them, got no --traces$/m],
      [['--traces', 'x', '--ranks', '8'], /^error: --ranks: expected NPUs from 0 to 7, such as 0,8-15, got "8"$/m],
      [['--traces', 'x', '--ranks', '5-4'], /^error: --ranks: expected NPUs from 0 to 7/],
      [['--traces', 'x', '--ranks', ''], /^error: --ranks: expected NPUs from 0 to 7/],
      [['--traces', 'x', '--ranks', '1e0'], /^error: --ranks: expected NPUs from 0 to 7/],
    ])('what is wrong: %j', async (flags, message) => {
      const { code, err } = await cli('train', file(small), '--changes', '0', ...flags);
      expect(code).toBe(2);
      expect(err).toMatch(message);
    });

    test('more than can be written is refused before anything is written', async () => {
      const asked = ['--tensor', '8', '--global-batch', '8192', '--pipeline', '8'];
      const outputs = ['--perfetto', at('late.json'), '--traces', at('late')];
      const { code, err } = await cli(...ASKED, ...asked, '--changes', '0', ...outputs);
      expect(code).toBe(2);
      expect(err).toMatch(/^error: --ranks: expected NPUs with at most 8388608 nodes together, got \d+$/m);
      expect(existsSync(at('late.json')) || existsSync(at('late'))).toBe(false);
    });
  });

  test('--network congestion-aware: what waiting at links adds', async () => {
    const shared = small.replace('pipeline: 2', 'overlapGradients: true');
    const { results, input } = JSON.parse(
      (await cli('train', file(shared), '--network', 'congestion-aware', '--changes', '0', '--json')).out,
    );
    const options = { ...smallOptions, plan: { globalBatch: 8, tensor: 2, overlapGradients: true } } as const;
    expect(results.stepNs).toBe(simulateTraining({ ...options, network: 'congestion-aware' }).stepNs);
    expect(results.breakdown.contention).toBe(results.stepNs - simulateTraining(options).stepNs);
    expect(input.network).toBe('congestion-aware');
    const { out } = await cli('train', file(shared), '--network', 'congestion-aware', '--changes', '0');
    expect(/waiting for links that others use/.test(out)).toBe(results.breakdown.contention > 0);
  });

  test('--network congestion-aware: timelines are of the run with queues, and say where it is not the step', async () => {
    const [perfetto, timeline] = [at('queued.json'), at('queued.svg')];
    const flags = [
      '--network',
      'congestion-aware',
      '--changes',
      '0',
      '--json',
      '--perfetto',
      perfetto,
      '--timeline',
      timeline,
    ];
    const run = async (text: string, ...more: string[]) => {
      const { err, out } = await cli('train', file(text), ...flags, ...more);
      const { traceEvents } = JSON.parse(readFileSync(perfetto, 'utf8'));
      const ends = traceEvents.flatMap(({ cat, ts, dur }: { cat?: string; ts: number; dur: number }) =>
        cat === undefined || cat === 'step' ? [] : [1000 * (ts + dur)],
      );
      const names = traceEvents.filter(({ name }: { name: string }) => name === 'process_name');
      const { stepNs } = JSON.parse(out).results;
      const svg = readFileSync(timeline, 'utf8');
      return { err, stepNs, endNs: Math.max(...ends), name: names.at(-1).args.name as string, svg };
    };
    // Ports of a box, which passes and gradients share.
    const shared = await run(small.replace('pipeline: 2', 'overlapGradients: true'));
    expect(shared.err).toBe('');
    expect(shared.endNs).toBeCloseTo(shared.stepNs, 3);
    expect(shared.svg).toContain('one accelerator, 2 micro-batches, with queues at links<');
    // Replicas in two boxes, in chunks.
    const twice = small.replace('dgx-a100 x 8', 'dgx-a100 x 16').replace('pipeline: 2', 'data: 8');
    const apart = await run(twice, '--splits', '2');
    const byNs = Math.round(apart.endNs - apart.stepNs);
    expect(byNs).not.toBe(0);
    const note =
      /^# note: the timeline is of the run with queues at links: (it takes .*, .* (more|less) than the step)$/m;
    const [, words = '', direction] = note.exec(apart.err) ?? [];
    expect(direction).toBe(byNs > 0 ? 'more' : 'less');
    expect(apart.svg).toContain(`with queues at links: ${words}<`);
    expect(apart.name).toContain(`the predicted step: ${Math.abs(byNs)} ns`);
  });

  const missing = ['train', '--cluster', 'dgx-a100', '--global-batch', '8'];
  test.each<[string[], RegExp]>([
    [missing, /^error: --model: expected a value, got nothing$/m],
    [[...missing, '--model', 'gpt4'], /^error: --model: expected one of gpt3-175b, /],
    [[...ASKED, '--cluster', 'dgx-a10'], /^error: --cluster: expected one of .*did you mean "dgx-a100"/],
    [[...ASKED, '--gpus', '63'], /^error: --gpus: expected at most 8, or a multiple of 8/],
    [[...ASKED, '--gpus', 'NaN'], /^error: --gpus: expected a whole number, got "NaN"$/m],
    [['train', '--model', 'gpt3-175b', '--gpus', '8'], /^error: --gpus: expected a cluster by name.*got no --cluster/],
    [[...ASKED, '--tensor', '3'], /^error: --tensor: expected a divisor of the model's heads \(64\), got 3$/m],
    [[...ASKED, '--tensor', 'NaN'], /^error: --tensor: expected a whole number/],
    [[...ASKED, '--pipeline', '3'], /^error: plan: expected degrees whose product divides the 64 accelerators/],
    [[...ASKED, '--micro-batch', '3'], /^error: --global-batch: expected a multiple of data x --micro-batch/],
    [[...ASKED, '--zero', '4'], /^error: --zero: expected 0, 1, 2 or 3, got 4$/m],
    [[...ASKED, '--recompute', 'ful'], /^error: --recompute: expected/],
    [[...ASKED, '--schedule', 'interleaved'], /^error: --schedule: expected a pipeline of several stages/],
    [[...ASKED, '--order', 'tensor-data'], /^error: --order: expected tensor, context, data, pipeline, each once/],
    [[...ASKED, '--precision', 'fp8'], /^error: --precision: expected kinds of tensors/],
    [[...ASKED, '--precision', 'compute=fp8'], /^error: --precision\.compute: expected a format that A100/],
    [[...ASKED, '--efficiency', '1.5'], /^error: --efficiency: expected a share above 0/],
    [[...ASKED, '--changes', 'many'], /^error: --changes: expected a whole number/],
    [[...ASKED, '--network', 'aware'], /^error: --network: expected/],
    [[...ASKED, '--splits', '0'], /^error: --splits: expected a whole number/],
  ])('what is wrong is said in terms of flags: %#', async (argv, message) => {
    const { code, out, err } = await cli(...argv);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
  });

  test.each([
    [small.replace('tensor: 2', 'tensor: 3'), /: plan\.tensor: expected a divisor/],
    [small.replace('layers', 'layer'), /: model\.layer: expected/],
    [small.replace('plan: {', 'plan: 5 # {'), /: plan: expected a plan/],
    [small.replace('cluster', 'clusters'), /: clusters: expected/],
    ['[1]', /: expected options by name/],
  ])('and in terms of the file: %#', async (text, message) => {
    const name = file(text);
    const { code, err } = await cli('train', name);
    expect(code).toBe(2);
    expect(err).toContain(`error: ${name}`);
    expect(err).toMatch(message);
  });
});

test('help names the models and clusters, and has an example of each command', async () => {
  const { out } = await cli('train', '--help');
  for (const flag of ['--model', '--cluster', '--gpus', '--tensor', '--perfetto', '--timeline'])
    expect(out).toContain(flag);
  expect(out).toContain('train tune');
  expect((await cli('train', 'tune', '--help')).out).toContain('--plot');
  const { err } = await cli('train', '--model', 'none', '--cluster', 'dgx-a100', '--global-batch', '1');
  for (const name of Object.keys(MODEL_PRESETS)) expect(err).toContain(name);
});
