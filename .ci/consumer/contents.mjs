// What is in the installed package: all that its source maps point to, and nothing left over.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join('node_modules', 'astra-sim-ts');
const files = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1))
  .map((name) => name.replaceAll('\\', '/'));

const expected =
  /^(dist\/.*\.(js|js\.map|d\.ts|d\.ts\.map)|dist\/LICENSES\.txt|src\/.*\.ts|docs\/.*|schema\/.*\.json|package\.json|README\.md|CHANGELOG\.md|CITATION\.cff|LICENSE)$/;
assert.deepEqual(
  files.filter((name) => !expected.test(name) || /\.(test|spec|bench)\./.test(name)),
  [],
  'files that do not belong here',
);
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const entries = Object.values(manifest.exports).flatMap((to) => (typeof to === 'string' ? to : Object.values(to)));
for (const name of ['./README.md', './LICENSE', './dist/LICENSES.txt', ...entries, ...Object.values(manifest.bin)]) {
  assert.ok(files.includes(name.replace('./', '')), `${name} is missing`);
}
// npm warns whoever installs a package with one of these.
for (const script of ['preinstall', 'install', 'postinstall', 'prepare']) {
  assert.equal(manifest.scripts?.[script], undefined, `script ${script}`);
}

for (const map of files.filter((name) => name.endsWith('.map'))) {
  const { sources } = JSON.parse(readFileSync(join(root, map), 'utf8'));
  // What was taken in of mathjs has no source here.
  for (const source of sources.filter((path) => !path.includes('/node_modules/'))) {
    assert.ok(existsSync(join(root, dirname(map), source)), `${map}: there is no ${source}`);
  }
}
console.log(`${files.length} files`);
