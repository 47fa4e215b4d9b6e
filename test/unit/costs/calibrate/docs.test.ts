import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CURVE_FORMS, type CurveForm } from '../../../../src/costs/calibrate/curve.js';
import { validate } from '../../../../src/costs/calibrate/validate.js';
import { ncclChoose } from '../../../../src/costs/nccl/choose.js';
import { ncclMachine } from '../../../../src/costs/nccl/presets.js';
import { ncclTuning } from '../../../../src/costs/nccl/tuning.js';
import { measuredTables } from './tables.js';

const page = readFileSync(new URL('../../../../docs/costs.md', import.meta.url), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.slice(2, -2).split(' | '));
const validation = validate(measuredTables());

test('the table of forms', () => {
  const printed = rows.filter(([form]) => CURVE_FORMS.includes((form ?? '').replaceAll('`', '') as CurveForm));
  expect(printed).toHaveLength(CURVE_FORMS.length);
  for (const [form = '', , median, p90] of printed) {
    const { medianPercent, p90Percent } = validation.overTables[form.replaceAll('`', '') as CurveForm];
    expect([form, median, p90]).toEqual([form, medianPercent.toFixed(1), p90Percent.toFixed(1)]);
  }
});

test('the table of other numbers of nodes', () => {
  const printed = rows.filter(([machine]) => machine?.startsWith('abci-'));
  expect(printed).toHaveLength(5);
  for (const [machine, fittedOn, predicted, ...cells] of printed) {
    const series = validation.series.find(({ tables }) => tables.includes(`${machine}-2n-allreduce`));
    const split = series?.splits.find((one) => one.fittedOn.join(', ') === fittedOn);
    expect(split?.predicted.join(', ')).toBe(predicted);
    const expected = (['depth', 'depth, shaped', 'nccl', 'nccl, shaped'] as const).map((name) => {
      const { medianPercent = Number.NaN, p90Percent = Number.NaN } = split?.laws[name] ?? {};
      return `${medianPercent.toFixed(1)} / ${p90Percent.toFixed(1)}`;
    });
    expect(cells).toEqual(expected);
  }
});

test('the numbers in the text', () => {
  const machine = ncclTuning(ncclMachine('dgx-h100', { nodes: 4 }));
  const choice = ncclChoose({ collective: 'all-reduce', bytes: 1024, machine });
  expect(choice).toMatchObject({ algorithm: 'tree', protocol: 'LL' });
  expect(choice.candidates).toHaveLength(7);
  expect(page).toContain(`// ${choice.latencyUs.toFixed(1)} of latency`);
  expect(page).toContain(`tree LL ${choice.timeUs.toFixed(2)} us\n`);
  const { nccl } = validation.overTables;
  expect(page).toContain(`${nccl?.medianPercent.toFixed(1)} % at the median of ${nccl?.tables} tables`);
  expect(page).toContain(`the ${validation.tables.length} public tables`);
});
