// Files within the package are nobody's interface: only the entry point and package.json are.
import assert from 'node:assert/strict';

for (const path of ['dist/index.js', 'dist/engine/event-queue.js', 'src/index.ts', 'engine/event-queue.js']) {
  await assert.rejects(import(`astra-sim-ts/${path}`), { code: 'ERR_PACKAGE_PATH_NOT_EXPORTED' }, path);
}
const { default: manifest } = await import('astra-sim-ts/package.json', { with: { type: 'json' } });
assert.equal(manifest.name, 'astra-sim-ts');
