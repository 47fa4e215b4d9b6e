import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { FITTED, sizedEfficiency } from '../../../src/training/compute-time.js';
import { type MeasuredStep, readMeasuredSteps } from '../../../src/training/measured-steps.js';
import { type ModelSpec, readModel } from '../../../src/training/model.js';
import { ModelPieces, type Piece } from '../../../src/training/pieces.js';
import { type Plan, readPlan } from '../../../src/training/plan.js';
import { simulateTraining } from '../../../src/training/simulate-training.js';
import { pipelineBytes } from '../../../src/training/traffic.js';
import { type Fold, type TrainingValidation, validateTraining } from '../../../src/training/validate.js';

const published = readMeasuredSteps(JSON.parse(readFileSync('data/training/published-steps.json', 'utf8')));

function print(title: string, { fitted, rows, medianError, worstError }: Fold): void {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const lines = rows.map(({ name, measuredSeconds, predictedSeconds, error }) =>
    [name.padEnd(26), measuredSeconds.toFixed(2), predictedSeconds.toFixed(2), percent(error)].join('  '),
  );
  const found = `most ${fitted.most.toFixed(3)}, half ${fitted.half.toFixed(0)}`;
  console.log(
    [`${title}: ${found}; median ${percent(medianError)}, worst ${percent(worstError)}`, ...lines].join('\n'),
  );
}

describe('18 published steps of Megatron on A100 (arXiv 2104.04473 table 1, 2205.05198 table 5)', () => {
  let found: TrainingValidation;
  beforeAll(() => {
    found = validateTraining(published);
  }, 300_000);
  test('an efficiency by size, fitted on every other row: others within 4 % median, 9 % at worst', () => {
    for (const fold of found.sized) {
      print('rows not fitted', fold);
      expect(fold.rows).toHaveLength(9);
      expect(fold.medianError).toBeLessThan(0.04);
      expect(fold.worstError).toBeLessThan(0.09);
    }
  });
  test('one number is worse', () => {
    for (const [i, fold] of found.single.entries()) {
      print('one number, rows not fitted', fold);
      expect(fold.worstError).toBeGreaterThan((found.sized[i] as Fold).worstError);
    }
  });
  test('fitted on one paper, the other: 8 % median, 15 % at worst', () => {
    expect(found.acrossSources).toHaveLength(2);
    for (const fold of found.acrossSources) {
      print('the other paper', fold);
      expect(fold.medianError).toBeLessThan(0.08);
      expect(fold.worstError).toBeLessThan(0.15);
    }
  });
  test('the default is what fits all rows', () => {
    expect(found.all.most).toBeCloseTo(FITTED.most, 2);
    expect(Math.abs(found.all.half - FITTED.half)).toBeLessThan(10);
  });
});

describe("steps of one's own", () => {
  const step = (layers: number, efficiency: number, hidden = 4096, sequence = 2048): MeasuredStep => {
    const options = {
      model: { style: 'gpt', layers, hidden, heads: 8, vocabulary: 8, sequence },
      cluster: 'dgx-a100 x 2',
      plan: { globalBatch: 2, data: 2 },
    } as const;
    const seconds = simulateTraining({ ...options, efficiency: sizedEfficiency(efficiency, 500) }).stepNs / 1e9;
    return { name: `${layers}`, source: 'mine', options, seconds };
  };
  const steps = [1, 2, 3, 4].map((layers) => step(layers, 0.7));

  test('what was made by the model is found again', () => {
    const { sized, acrossSources, all } = validateTraining(steps);
    expect(all.most).toBeCloseTo(0.7, 2);
    expect(Math.abs(all.half - 500)).toBeLessThan(10);
    for (const { rows, fittedRows, worstError } of sized) {
      expect([rows.length, fittedRows.length]).toEqual([2, 2]);
      expect(new Set([...rows, ...fittedRows].map(({ name }) => name)).size).toBe(4);
      expect(worstError).toBeLessThan(0.005);
    }
    expect(acrossSources).toEqual([]);
  });

  test('what is no step is refused, by its row', () => {
    const wrong = (row: object) => [...steps.slice(1), row] as unknown as MeasuredStep[];
    expect(() => validateTraining(steps.slice(1))).toThrow(/^rows: expected at least four/);
    expect(() => validateTraining(wrong({ ...step(1, 0.7), seconds: 0 }))).toThrow(/^rows\[3\]\.seconds: /);
    const options = { ...step(1, 0.7).options, cluster: 'dgx-a10' };
    expect(() => validateTraining(wrong({ ...step(1, 0.7), options }))).toThrow(/^rows\[3\]\.options\.cluster: /);
  });

  test('steps that only read memory tell nothing of the efficiency', () => {
    const small = [1, 2, 3, 4].map((layers) => step(layers, 0.7, 8, 4));
    expect(() => validateTraining(small)).toThrow(/^rows: expected steps in which some matrix takes longer/);
  });
});

interface CalculonRow {
  readonly mode: 'full' | 'seqsel';
  readonly measuredSeconds: number;
  readonly calculon: Readonly<Record<string, number>>;
}

/** Calculon's rows are the published ones of table 5, in its order. */
const calculon = readFileSync('data/training/calculon.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as CalculonRow);
const table5 = published.filter(({ source }) => source.includes('Table 5'));

describe('Calculon, another model, on the eight rows of table 5', () => {
  test.each(calculon.map((row, i) => [table5[i]?.name ?? '', row, table5[i] as MeasuredStep] as const))(
    '%s',
    (_, row, { options, seconds }) => {
      expect(row.measuredSeconds).toBe(seconds);
      const model = readModel(options.model as ModelSpec);
      const plan = readPlan(options.plan, model);
      const { forward, backward } = new ModelPieces(model, plan, UNIT_RATES).layer(0);
      const { calculonForwardPerBlock, tpForwardPerBlock, tpBackwardPerBlock, tpRecomputePerBlock, ppBytesPerMessage } =
        row.calculon as Record<string, number>;
      // It counts norms and softmax as operations too: 0.02 to 0.25 %.
      const operations = forward.reduce((sum, one) => sum + (one.kind === 'compute' ? one.operations : 0), 0);
      expect((calculonForwardPerBlock as number) / operations).toBeGreaterThan(1);
      expect((calculonForwardPerBlock as number) / operations).toBeLessThan(1.0025);
      // Bytes of collectives, as whole buffers.
      expect(wholeBuffers(forward, plan)).toBe(tpForwardPerBlock);
      // Under sequence parallelism it gathers inputs a second time on the way back and calls that recomputed;
      // there it runs beside a matrix multiplication, and is left out here.
      const again = row.mode === 'full' ? (tpRecomputePerBlock as number) : 0;
      expect(wholeBuffers(backward, plan)).toBe((tpBackwardPerBlock as number) + again);
      // With full recomputation it sends the same activations from every tensor rank; Megatron scatters and gathers.
      const copies = row.mode === 'full' && plan.pipeline > 1 ? plan.tensor : 1;
      expect(plan.pipeline > 1 ? pipelineBytes(model, plan) * copies : 0).toBe(ppBytesPerMessage);
    },
  );

  test('steps agree with it within 16 %, and each with the measurement within 9 %', () => {
    const rows = calculon.map(({ calculon: theirs, measuredSeconds }, i) => {
      const ours = simulateTraining((table5[i] as MeasuredStep).options).stepNs / 1e9;
      return { measuredSeconds, ours, theirs: theirs['totalSeconds'] as number };
    });
    console.log(
      rows
        .map((row) =>
          Object.values(row)
            .map((seconds) => seconds.toFixed(2))
            .join('  '),
        )
        .join('\n'),
    );
    for (const { measuredSeconds, ours, theirs } of rows) {
      expect(Math.abs(ours / theirs - 1)).toBeLessThan(0.16);
      expect(Math.abs(ours / measuredSeconds - 1)).toBeLessThan(0.09);
      expect(Math.abs(theirs / measuredSeconds - 1)).toBeLessThan(0.09);
    }
  }, 60_000);
});

const UNIT_RATES = { peak: 1, memoryBandwidth: 1, efficiency: 1, memoryEfficiency: 1 };

/** An all-gather counts as what it collects, as Calculon counts it. */
function wholeBuffers(pieces: readonly Piece[], { tensor }: Plan): number {
  return pieces.reduce((sum, one) => {
    if (one.kind !== 'collective') return sum;
    return sum + one.bytes * (one.collective === 'all-gather' ? tensor : 1);
  }, 0);
}
