import { ConfigError } from 'astra-sim-ts';
import { describe, expect, test } from 'vitest';
import { collectiveOf, type Row, readRows } from '../../../../test/support/golden-rows.js';
import { PUBLISHED } from '../../src/tables/published.js';
import { findStudies, STUDIES } from '../../src/tables/studies.js';

const rows = readRows('studies');

/** What a row asks of the simulator, in the fields that the study sets; the others keep their defaults. */
function specOfRow(row: Row, fields: object): unknown {
  const spec = Object.entries(collectiveOf(row));
  return Object.fromEntries(spec.filter(([field]) => field in fields));
}

test('the tables in their published order', () => {
  expect(STUDIES.map(({ name }) => name)).toEqual([...new Set(rows.map(({ study }) => study))]);
  expect(STUDIES.map(({ name }) => name)).toEqual(Object.keys(PUBLISHED));
  expect(STUDIES.flatMap((study) => study.points())).toHaveLength(976);
});

describe.each(STUDIES)('$name', (study) => {
  const golden = rows.filter((row) => row.study === study.name);
  const points = study.points();

  test('the grid is the published table, in order', () => {
    expect(points.map(({ id }) => id)).toEqual(golden.map(({ id }) => id));
    expect(PUBLISHED[study.name]).toEqual(golden.map(({ published }) => published));
  });

  test('every point asks what its row asks, to the bit', () => {
    expect(points.map(({ spec }) => spec)).toStrictEqual(
      golden.map((row, i) => specOfRow(row, points[i]?.spec as object)),
    );
  });

  test('no two points have the same variables', () => {
    const all = [...points, ...study.unpublished()];
    expect(new Set(all.map(({ variables }) => JSON.stringify(variables))).size).toBe(all.length);
  });
});

test('labels of the log that are not what they say', () => {
  const size = (study: string, id: string) =>
    findStudies([study])[0]
      ?.points()
      .find((point) => point.id === id)?.spec.size;
  expect(size('three-tiers-rescue', '1000MB-r1-ac1-2d')).toBe(2 ** 40);
  expect(size('tiers-vs-active-chunks', '1MB-r1-2D-ac1')).toBe(100 * 2 ** 20);
  expect(size('tiers-vs-active-chunks', '1000MB-r1-2D-ac1')).toBe(100 * 2 ** 40);
});

test('third tiers are rounded to one decimal', () => {
  const [study] = findStudies(['three-tiers']);
  const third = (ratio: number) =>
    study?.points().find(({ id }) => id === `10MB-r${ratio}-lbw`)?.spec.topology[2]?.bandwidth;
  // 600/16^2 = 2.34 and 600/48^2 = 0.26 GiB/s.
  expect([16, 48].map(third)).toEqual([(2.3 * 2 ** 30) / 1e9, (0.3 * 2 ** 30) / 1e9]);
});

test('studies are found by name, all when none is given', () => {
  expect(findStudies([])).toEqual(STUDIES);
  expect(findStudies(['three-tiers', 'sweep-360']).map(({ name }) => name)).toEqual(['sweep-360', 'three-tiers']);
});

test('every unknown name is an issue with what was probably meant', () => {
  const error = (() => {
    try {
      return findStudies(['swep-360', 'three-tiers', 'three-teirs']);
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toBeInstanceOf(ConfigError);
  expect((error as ConfigError).issues.map(({ got, hint }) => [got, hint])).toEqual([
    ['"swep-360"', 'did you mean "sweep-360"?'],
    ['"three-teirs"', 'did you mean "three-tiers"?'],
  ]);
});
