import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bestChanges, MODEL_PRESETS, scaleTraining, simulateTraining, tuneTraining } from '../../src/training/index.js';
import { testFolder } from '../support/folder.js';
import { cli } from './run.js';

const { at } = testFolder();

function file(text: string): string {
  writeFileSync(at('step.yml'), text);
  return at('step.yml');
}

const model = { style: 'gpt', layers: 4, hidden: 256, heads: 8, vocabulary: 512, sequence: 128 } as const;
const small = `
model: ${JSON.stringify(model)}
cluster: dgx-a100 x 8
plan: { globalBatch: 8, tensor: 2, pipeline: 2 }
`;
const smallOptions = {
  model,
  cluster: 'dgx-a100 x 8',
  plan: { globalBatch: 8, tensor: 2, pipeline: 2 },
} as const;

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

describe('train tune', () => {
  const SPACE = [
    '--tensor',
    '1,2,3',
    '--pipeline',
    '1,2',
    '--zero',
    '0,1',
    '--micro-batch',
    '1,2',
    '--recompute',
    'none',
  ];
  const ORDER = ['--order', 'tensor-context-data-pipeline'];
  const fixed = [
    '--chunks',
    '1',
    '--sequence-parallel',
    'false',
    '--overlap-gradients',
    'true,false',
    '-j',
    '0',
    ...ORDER,
  ];
  const space = {
    microBatch: [1, 2],
    tensor: [1, 2, 3],
    pipeline: [1, 2],
    zero: [0, 1],
    overlapGradients: [true, false],
  } as const;
  const options = {
    ...smallOptions,
    plan: {
      globalBatch: 8,
      recompute: 'none',
      chunks: 1,
      sequenceParallel: false,
      order: ['tensor', 'context', 'data', 'pipeline'],
    },
  } as const;
  const asked = () => ['train', 'tune', file(small.replace(', tensor: 2, pipeline: 2', '')), ...SPACE, ...fixed];

  test('is tuneTraining', async () => {
    const { code, out, err } = await cli(...asked(), '--json');
    expect([code, err]).toEqual([0, '']);
    const { command, input, results } = JSON.parse(out);
    expect(command).toBe('train tune');
    expect(input.space).toEqual(space);
    const { best, front, knobs, counts } = tuneTraining(options, space);
    expect(results).toMatchObject(JSON.parse(JSON.stringify({ best, front, knobs, counts })));
    // Three does not divide the heads.
    expect(results.invalidBy).toMatchObject({ tensor: 16 });
  });

  test('for people, with a command that simulates the best again', async () => {
    const { out } = await cli(...asked(), '--best', '3');
    expect(out).toMatch(
      /^48 plans: 20 do not divide \(tensor 16, globalBatch 4\), 0 do not fit into memory, 28 simulated$/m,
    );
    expect(out).toMatch(/^the 3 fastest plans$/m);
    expect(out).toMatch(/^ {2}tensor: \d \d+\.\d+ us, \d \+\d+\.\d %$/m);
    const [, again = ''] = out.split('to look at the fastest:\n');
    const [, ...argv] = again.replaceAll('\\\n', ' ').trim().split(/\s+/);
    const { results } = JSON.parse((await cli(...argv, '--changes', '0', '--json')).out);
    expect(results.stepNs).toBe(tuneTraining(options, space).best?.stepNs);
  });

  test('the command for the best turns off what the file turns on', async () => {
    const name = file(small.replace('tensor: 2', 'tensor: 2, scatterGather: true'));
    const single = ['--pipeline', '2', '--micro-batch', '1', '--chunks', '1', '--recompute', 'none', '--zero', '0'];
    const { out } = await cli('train', 'tune', name, '--tensor', '2', ...single, '--no-scatter-gather', '-j', '0');
    expect(out).toContain('--no-scatter-gather');
    const { input } = JSON.parse(
      (await cli('train', 'tune', name, '--tensor', '2', ...single, '--no-scatter-gather', '-j', '0', '--json')).out,
    );
    expect(input.plan.scatterGather).toBe(false);
  });

  test('orders of axes that come to the same are counted, and as good as each other', async () => {
    const name = file(small.replace('x 8', 'x 16').replace('tensor: 2, pipeline: 2', 'pipeline: 2'));
    const single = ['--micro-batch', '1', '--chunks', '1', '--recompute', 'none', '--zero', '0'];
    const orders = 'tensor-context-data-pipeline,tensor-context-pipeline-data';
    const { out } = await cli('train', 'tune', name, '--tensor', '4,8', ...single, '--order', orders, '-j', '0');
    // Eight tensor ranks fill a box; behind it there is one other axis.
    expect(out).toMatch(/^4 plans: .* 1 place ranks as another order of axes does, 0 do not fit.* 3 simulated$/m);
    expect(out).toMatch(/^ {2}order: tensor-context-\S+ \d+\.\d+ us, tensor-context-/m);
  });

  test('--csv has a line for each plan, --plot a picture', async () => {
    const lines = (await cli(...asked(), '--csv', '--plot', at('front.svg'))).out.trim().split('\n');
    expect(lines).toHaveLength(29);
    expect(lines[0]).toMatch(/^microBatch,tensor,.*step_ns,memory_bytes,model_flops_utilisation$/);
    expect(readFileSync(at('front.svg'), 'utf8')).toContain('28 plans that fit');
  });

  test('what is not named is searched: degrees that divide, within a box', async () => {
    const name = file(small.replace(', tensor: 2, pipeline: 2', ''));
    const { input, results } = JSON.parse((await cli('train', 'tune', name, '--json', '-j', '0')).out);
    expect(input.space).toMatchObject({ tensor: [1, 2, 4, 8], pipeline: [1, 2, 4], microBatch: [1, 2, 4, 8] });
    expect(results.counts.all).toBe(4 * 3 * 4 * 3 * 4 * 3 * 2);
    // In one box on one switch all orders are the same.
    expect(results.counts.identical).toBe((results.counts.all - results.counts.invalid) / 2);
    expect(results.plans).toHaveLength(10);
  });

  test('a space in the file', async () => {
    const name = file(`${small}space: { tensor: [1, 2], zero: [0, 1] }\n`);
    const single = [
      '--micro-batch',
      '1',
      '--chunks',
      '1',
      '--recompute',
      'none',
      '--sequence-parallel',
      'false',
      ...ORDER,
    ];
    const { out } = await cli('train', 'tune', name, ...single, '--overlap-gradients', 'false', '--json', '-j', '0');
    expect(JSON.parse(out).input.space).toEqual({ tensor: [1, 2], zero: [0, 1] });
    expect(JSON.parse(out).results.counts.all).toBe(4);
  });

  describe('several numbers of accelerators', () => {
    const named = () =>
      file(small.replace('cluster: dgx-a100 x 8', 'cluster: dgx-a100').replace(', tensor: 2, pipeline: 2', ''));
    const searched = { tensor: [1, 2], zero: [0, 1] } as const;
    const plan = {
      ...{ globalBatch: 8, pipeline: 1, microBatch: 1, chunks: 1, sequenceParallel: false, overlapGradients: false },
      ...({ recompute: 'none', order: ['tensor', 'context', 'data', 'pipeline'] } as const),
    };
    const flags = [
      ...['--tensor', '1,2', '--zero', '0,1', '--pipeline', '1', '--micro-batch', '1', '--chunks', '1', ...ORDER],
      ...['--recompute', 'none', '--no-sequence-parallel', '--no-overlap-gradients', '-j', '0'],
    ];
    const scaled = () => scaleTraining({ model, cluster: 'dgx-a100', plan }, [2, 4, 8], searched);

    test('is scaleTraining; a list, or doubled from one to another', async () => {
      const { code, out, err } = await cli('train', 'tune', named(), ...flags, '--gpus', '2-8', '--json');
      expect([code, err]).toEqual([0, '']);
      const { input, results } = JSON.parse(out);
      expect(input.accelerators).toEqual([2, 4, 8]);
      expect(results).toMatchObject(JSON.parse(JSON.stringify(scaled())));
      const listed = await cli('train', 'tune', named(), ...flags, '--gpus', '8,2,4', '--json');
      expect(JSON.parse(listed.out).results).toEqual(results);
    });

    test('for people: the front, and a command that simulates the fastest again', async () => {
      const { out } = await cli('train', 'tune', named(), ...flags, '--gpus', '2-8');
      expect(out).toMatch(/^a model \(.* on 2, 4, 8 x A100 80 GB\n12 plans: 0 do not divide/);
      const rows = out.split('\n').filter((line) => /^ +\d+ +\S+ us +\d\.\d\d /.test(line));
      expect(rows).toHaveLength(scaled().front.length);
      expect(rows[0]).toMatch(/^ +2 +\S+ us +1\.00 .* 100\.0 % /);
      const [, again = ''] = out.split('to look at the fastest:\n');
      const [, ...argv] = again.replaceAll('\\\n', ' ').trim().split(/\s+/);
      const { results } = JSON.parse((await cli(...argv, '--changes', '0', '--json')).out);
      expect(results.stepNs).toBe(scaled().front.at(-1)?.stepNs);
    });

    test('--csv says on how many, --plot draws them', async () => {
      const { out } = await cli(
        'train',
        'tune',
        named(),
        ...flags,
        '--gpus',
        '2,8',
        '--csv',
        '--plot',
        at('scale.svg'),
      );
      const [head, ...lines] = out.trim().split('\n');
      expect(head).toMatch(/^accelerators,tensor,zero,/);
      expect(lines.map((line) => line.split(',')[0]).sort()).toEqual(['2', '2', '2', '2', '8', '8', '8', '8']);
      expect(readFileSync(at('scale.svg'), 'utf8')).toContain('tokens per second and accelerator');
    });

    test.each<[string, RegExp]>([
      ['2,x', /^error: --gpus: expected a whole number; several with commas/],
      ['8-2', /^error: --gpus: expected a whole number; several/],
      ['0-8', /^error: --gpus: expected a whole number; several/],
      ['8,12', /^error: --gpus: expected at most 8, or a multiple of 8/],
    ])('--gpus %s', async (gpus, message) => {
      const { code, out, err } = await cli('train', 'tune', named(), ...flags, '--gpus', gpus);
      expect([code, out]).toEqual([2, '']);
      expect(err).toMatch(message);
    });

    test('a cluster that has its size has no other', async () => {
      const { code, err } = await cli('train', 'tune', file(small), '--gpus', '8,16');
      expect(code).toBe(2);
      expect(err).toMatch(/cluster: expected the name of a cluster without its size/);
    });
  });

  test('when nothing fits it says so', async () => {
    const argv = [
      'train',
      'tune',
      '--model',
      'gpt3-175b',
      '--cluster',
      'dgx-a100',
      '--gpus',
      '8',
      '--global-batch',
      '8',
    ];
    const { code, out } = await cli(...argv, '--pipeline', '1', '-j', '0');
    expect(code).toBe(0);
    expect(out).toContain('no plan fits into memory');
  });

  test.each<[string[], RegExp]>([
    [['--tensor', '1,x'], /^error: --tensor\[1\]: expected a whole number/],
    [['--recompute', 'none,ful'], /^error: --recompute\[1\]: expected/],
    [['--fused-attention', 'maybe'], /^error: --fused-attention: expected true or false, got "maybe"$/m],
    [['--workers', '-1'], /^error: --workers: expected a whole number/],
    [['--best', '0'], /^error: --best: expected a whole number/],
    [['--global-batch', '7', '--pipeline', '1'], /^error: --global-batch: expected a multiple of data x --micro-batch/],
  ])('what is wrong: %j', async (more, message) => {
    const single = ['--micro-batch', '2', '--chunks', '1', '--recompute', 'none', '--zero', '0'];
    const { code, out, err } = await cli('train', 'tune', file(small), '-j', '0', ...single, ...more);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
  });

  test('a cluster without a size has no degrees to search', async () => {
    const { code, err } = await cli('train', 'tune', '--model', 'gpt3-175b', '--cluster', 'dgx-a100', '-j', '0');
    expect(code).toBe(2);
    expect(err).toMatch(/--cluster: expected a number of accelerators/);
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
