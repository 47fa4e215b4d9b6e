import { expect, test, vi } from 'vitest';
import { study } from './study.js';

// One published number is made to differ by a nanosecond.
vi.mock('../src/tables/published.js', async (importOriginal) => {
  const { PUBLISHED } = await importOriginal<typeof import('../src/tables/published.js')>();
  const table = [...PUBLISHED['under-provisioning']];
  table[3] = (table[3] as number) + 1;
  return { PUBLISHED: { ...PUBLISHED, 'under-provisioning': table } };
});

test('a number that differs is shown, and the command ends with 1', async () => {
  const { code, out } = await study('under-provisioning');
  expect(out).toMatch(/^under-provisioning +15 +14 +1$/m);
  expect(out).toContain('differs: 1MB-ac8: 11967 ns here, published 11968 ns');
  expect(out).toContain('1 of 15 numbers DIFFER from the published ones.');
  expect(out).not.toContain('All 15');
  expect(code).toBe(1);
});

test('also as json', async () => {
  expect((await study('under-provisioning', '--json')).code).toBe(1);
});

test('tables that are equal end with 0 all the same', async () => {
  expect((await study('three-vs-two')).code).toBe(0);
});
