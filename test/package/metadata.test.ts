import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { version, license, files, exports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

test('the citation is of this version, and is made for reading by machines', () => {
  const citation = load(readFileSync(`${root}CITATION.cff`, 'utf8')) as { readonly authors: readonly unknown[] };
  expect(citation).toMatchObject({ 'cff-version': '1.2.0', title: 'astra-sim-ts', version, license });
  expect(citation.authors.length).toBeGreaterThan(0);
});

test('the change log has a section for this version', () => {
  expect(readFileSync(`${root}CHANGELOG.md`, 'utf8')).toMatch(
    new RegExp(`^## ${version.replaceAll('.', '\\.')}\\b`, 'm'),
  );
});

test('what the package lists is there, the schema under a name to import', () => {
  expect(files.filter((name: string) => name !== 'dist' && !existsSync(root + name))).toEqual([]);
  expect(existsSync(root + exports['./schema/output.schema.json'])).toBe(true);
});
