// `npm run fuzz`: bundles test/fuzz and runs it, as no compiled form of the tests is kept.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const folder = mkdtempSync('dist/.fuzz-');
try {
  await build({
    entryPoints: ['test/fuzz/main.ts'],
    outfile: `${folder}/fuzz.mjs`,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  const argv = ['--enable-source-maps', `${folder}/fuzz.mjs`, ...process.argv.slice(2)];
  process.exitCode = spawnSync(process.execPath, argv, { stdio: 'inherit' }).status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
