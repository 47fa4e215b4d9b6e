import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { scaleTraining, tuneTraining } from '../../src/training/index.js';
import { testFolder } from '../support/folder.js';
import { cli } from './run.js';
import { model, small, smallOptions } from './small-step.js';

const { at } = testFolder();

function file(text: string): string {
  writeFileSync(at('step.yml'), text);
  return at('step.yml');
}

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
