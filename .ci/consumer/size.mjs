// What an installation weighs: megabytes, packages, and commands of others.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const files = readdirSync('node_modules', { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
const megabytes = files.reduce((sum, file) => sum + statSync(file).size, 0) / 1e6;
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const count = Object.keys(packages).filter((path) => path !== '').length;
console.log(
  `${megabytes.toFixed(1)} MB in ${count} packages, commands: ${readdirSync('node_modules/.bin').join(', ')}`,
);
assert.ok(megabytes < 25, 'at most 25 MB');
assert.ok(count <= 10, 'at most 10 packages');
assert.ok(
  readdirSync('node_modules/.bin').every((name) => /^astra-?sim/i.test(name)),
  'no commands of others',
);
