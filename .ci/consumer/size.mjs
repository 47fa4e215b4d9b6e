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
assert.ok(megabytes < 32, 'at most 32 MB');
assert.ok(count <= 30, 'at most 30 packages');
