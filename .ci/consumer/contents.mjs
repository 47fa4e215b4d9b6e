// What is in the installed package: all that its source maps point to, and nothing left over.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join('node_modules', 'astra-sim-ts');
const files = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1))
  .map((name) => name.replaceAll('\\', '/'));

const expected = /^(dist\/.*\.(js|js\.map|d\.ts|d\.ts\.map)|src\/.*\.ts|docs\/.*|package\.json|README\.md|LICENSE)$/;
assert.deepEqual(
  files.filter((name) => !expected.test(name) || /\.(test|spec|bench)\./.test(name)),
  [],
  'files that do not belong here',
);
for (const name of ['README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts', 'src/index.ts']) {
  assert.ok(files.includes(name), `${name} is missing`);
}

for (const map of files.filter((name) => name.endsWith('.map'))) {
  const { sources } = JSON.parse(readFileSync(join(root, map), 'utf8'));
  for (const source of sources) {
    assert.ok(existsSync(join(root, dirname(map), source)), `${map}: there is no ${source}`);
  }
}
// A module whose source is gone is left over from an earlier build.
for (const module of files.filter((name) => name.endsWith('.js'))) {
  assert.ok(files.includes(module.replace(/^dist/, 'src').replace(/js$/, 'ts')), `${module} has no source`);
}
console.log(`${files.length} files`);
