import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** More links than this below one example help nobody. */
const MOST = 6;
const MARK = '@@spec ';
/** Flags of `collective` that write files or change the output only. */
const WITH_FILE = new Set(['--perfetto', '--plot', '--trace', '--measured']);
const ALONE = new Set(['--explain', '--csv', '--json']);

/**
 * What the scripts and commands of the documents simulate: they are run, and the calls of the library written down.
 * @param {string} root the repository, built
 */
export async function examples(root) {
  const folder = mkdtempSync(join(root, 'dist/.site-'));
  const linkTo = await playgroundLink(root, folder);
  const recorder = join(folder, 'recorder.mjs');
  writeFileSync(recorder, RECORDER);
  let count = 0;
  const run = (argv) => {
    try {
      return execFileSync(process.execPath, argv, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    } catch {
      return '';
    }
  };
  const ofScript = (code) => {
    const script = join(folder, `${count++}.mjs`);
    writeFileSync(script, code.replace(/from 'astra-sim-ts'/g, `from '${pathToFileURL(recorder)}'`));
    const lines = run([script]).split('\n');
    return lines.filter((line) => line.startsWith(MARK)).map((line) => JSON.parse(line.slice(MARK.length)));
  };
  const ofCommand = (line) => {
    const words = [...line.replace(/\s#.*$/, '').matchAll(/"([^"]*)"|(\S+)/g)].map(
      ([, quoted, plain]) => quoted ?? plain,
    );
    const argv = words
      .slice(2)
      .filter((word, i, all) => !WITH_FILE.has(word) && !WITH_FILE.has(all[i - 1]) && !ALONE.has(word));
    const printed = run([join(root, 'dist/cli/main.js'), ...argv, '--json']);
    if (printed === '') return [];
    const { sizes, explain, ...spec } = JSON.parse(printed).input;
    return sizes === undefined ? [] : [{ ...spec, size: sizes.at(-1) }];
  };
  const specsOf = (code) => {
    if (/from 'astra-sim-ts'/.test(code)) return ofScript(code);
    const lines = code.replace(/\\\n/g, ' ').split('\n');
    return lines.filter((line) => line.startsWith('npx astra-sim-ts collective ')).flatMap(ofCommand);
  };
  return {
    /** Links to the playground, which stands at `base`, with what a block of code simulates. */
    linksOf: (code, base) => {
      const hashes = specsOf(code).map(linkTo);
      return [...new Set(hashes)]
        .filter((hash) => hash !== undefined)
        .slice(0, MOST)
        .map((hash) => base + hash);
    },
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The playground's own way of writing a collective into an address. */
async function playgroundLink(root, folder) {
  const outfile = join(folder, 'link.mjs');
  await build({
    entryPoints: [join(root, 'playground/src/state/link.ts')],
    outfile,
    bundle: true,
    packages: 'external',
    format: 'esm',
    logLevel: 'warning',
  });
  return (await import(pathToFileURL(outfile))).linkTo;
}

const RECORDER = `import * as library from 'astra-sim-ts';
export * from 'astra-sim-ts';
const said = (key, value) => (typeof value === 'function' || key === 'signal' ? undefined : value);
const seen = (collective, run) => (spec) => {
  console.log('${MARK}' + JSON.stringify({ collective, ...spec }, said));
  return run(spec);
};
export const simulateAllReduce = seen('all-reduce', library.simulateAllReduce);
export const simulateAllGather = seen('all-gather', library.simulateAllGather);
export const simulateReduceScatter = seen('reduce-scatter', library.simulateReduceScatter);
export const simulateAllToAll = seen('all-to-all', library.simulateAllToAll);
export const simulateCollective = seen(undefined, library.simulateCollective);
export const explainCollective = seen(undefined, library.explainCollective);
`;
