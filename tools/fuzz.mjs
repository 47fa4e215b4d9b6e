// `npm run fuzz`: bundles test/fuzz and runs it, as no compiled form of the tests is kept.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const bundle = mkdtempSync('dist/.fuzz-');
/** Everything that the run writes. */
const scratch = mkdtempSync(join(tmpdir(), 'astra-fuzz-'));
let child;

/** Ends the run with all that it has started, which is one process group. */
function stop(signal) {
  if (child?.pid !== undefined) {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
  clean();
  process.exit(128 + constants.signals[signal]);
}

function clean() {
  for (const name of existsSync(scratch) ? readdirSync(scratch) : []) {
    // A small disk that was being filled.
    const disk = join(scratch, name, 'disk');
    if (existsSync(disk)) spawnSync('umount', ['--lazy', disk], { stdio: 'ignore' });
  }
  rmSync(scratch, { recursive: true, force: true });
  rmSync(bundle, { recursive: true, force: true });
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
try {
  await build({
    entryPoints: ['test/fuzz/main.ts'],
    outfile: `${bundle}/fuzz.mjs`,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  child = spawn(process.execPath, ['--enable-source-maps', `${bundle}/fuzz.mjs`, ...process.argv.slice(2)], {
    // The channel breaks when this process ends, whatever ends it: the run then ends itself.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached: true,
    env: { ...process.env, TMPDIR: scratch },
  });
  process.exitCode = await new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
} finally {
  clean();
}
