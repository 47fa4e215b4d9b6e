import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashOf, readHash } from '../src/state/hash.js';
import { choicesOf, FIELD_NAMES, FIRST_PAGE, type Page, type Row } from '../src/state/page.js';

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const row: fc.Arbitrary<Row> = fc.record({
  kind: fc.constantFrom('ring', 'switch', 'fully-connected'),
  ...{ npus: text, bandwidth: text, latency: text },
  algorithm: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
});
const fields = fc.record(
  Object.fromEntries(
    FIELD_NAMES.map((name) => {
      const choices = choicesOf(name);
      return [name, choices === undefined ? text : fc.constantFrom(...choices)];
    }),
  ),
);
const pages = fc
  .tuple(
    fields,
    fc.array(row, { minLength: 1, maxLength: 8 }),
    fc.array(fc.record({ name: text, text }), { maxLength: 3 }),
  )
  .map(([values, rows, files]) => ({ ...FIRST_PAGE, ...values, rows, files }) as Page);

test('a link gives the page that it was made from, whatever was typed', () => {
  fc.assert(
    fc.property(pages, (page) => {
      expect(readHash(`#${hashOf(page)}`)).toEqual({ page, complaints: [] });
    }),
  );
});

test('a link holds nothing but what an address may hold', () => {
  fc.assert(
    fc.property(pages, (page) => {
      expect(hashOf(page)).toMatch(/^[A-Za-z0-9.~/:;,()*!@$'+&=_%-]*$/);
    }),
  );
});

test('any text at all gives a page, and says what of it is no use', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (hash) => {
      const { page, complaints } = readHash(hash);
      expect(page.rows.length).toBeGreaterThan(0);
      if (hash !== '' && hash !== '#' && !hash.replace(/^#/, '').startsWith('v1')) expect(complaints).toHaveLength(1);
    }),
  );
});
