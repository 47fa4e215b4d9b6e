import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { simulateTraining } from 'astra-sim-ts/training';
import { build } from 'esbuild';
import { kindOf, NOT_IN_A_PAGE } from './kinds.mjs';

/** Most links below one example. */
const MOST = 6;
const MARK = '@@call ';
/** Commands that the playground can show as a picture. */
const COMMANDS = /^npx astra-sim-ts (collective|compare|train(?! tune)) /;
/** Flags of `collective` that write files or change the output only. */
const WITH_FILE = new Set([
  ...['--perfetto', '--plot', '--timeline', '--trace', '--measured', '--out', '--export-msccl', '--export-chakra'],
]);
const ALONE = new Set(['--explain', '--csv', '--json']);

/**
 * What the scripts and commands of the documents simulate: runs them and records their calls of the library.
 * @param {string} root the repository, built
 */
export async function examples(root) {
  const folder = mkdtempSync(join(root, 'dist/.site-'));
  const links = await playgroundLinks(root, folder);
  for (const [name, text] of Object.entries(RECORDERS)) writeFileSync(join(folder, `${name}.mjs`), text);
  let count = 0;
  const run = (argv) => {
    try {
      return execFileSync(process.execPath, argv, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    } catch {
      return '';
    }
  };
  /** Calls of the library in a script, as `[function, argument]`. */
  const callsOfScript = (code) => {
    const script = join(folder, `${count++}.mjs`);
    const from = (door) => `from '${pathToFileURL(join(folder, `${door}.mjs`))}'`;
    const text = code
      .replace(/from 'astra-sim-ts'/g, from('recorder'))
      .replace(/from 'astra-sim-ts\/training'/g, from('training'));
    writeFileSync(script, text);
    const lines = run([script]).split('\n');
    return lines.filter((line) => line.startsWith(MARK)).map((line) => JSON.parse(line.slice(MARK.length)));
  };
  const callsOfCommand = (line) => {
    const words = [...line.replace(/\s#.*$/, '').matchAll(/"([^"]*)"|(\S+)/g)].map(
      ([, quoted, plain]) => quoted ?? plain,
    );
    const argv = words
      .slice(2)
      .filter((word, i, all) => !WITH_FILE.has(word) && !WITH_FILE.has(all[i - 1]) && !ALONE.has(word));
    const printed = run([join(root, 'dist/cli/main.js'), ...argv, '--json']);
    if (printed === '') return [];
    const { sizes, explain, ...spec } = JSON.parse(printed).input;
    if (argv[0] === 'compare') return [['compare', { ...spec, sizes }]];
    if (argv[0] === 'train') return [['training', spec]];
    return sizes === undefined ? [] : [['collective', { ...spec, size: sizes.at(-1) }]];
  };
  const linkOf = ([kind, given]) => {
    if (kind === 'collective') return links.linkTo(given);
    if (kind === 'compare') return links.comparisonLinkTo(given);
    const hash = links.trainingLinkTo(given);
    if (hash === undefined) return undefined;
    // The page leaves out what it has no field for: is it still the same step?
    const { microBatches, npus, bucketBytes: bucket, ...said } = given.plan;
    const plan = { ...said, ...(bucket > 0 && { bucket }) };
    const shown = links.trainingOptionsOf(links.readHash(hash).page);
    const same = simulateTraining(shown).stepNs === simulateTraining({ ...given, plan }).stepNs;
    return same ? hash : undefined;
  };
  const callsOf = (code, kind) => {
    if (kind === 'script') return callsOfScript(code);
    const lines = code.replace(/\\\n/g, ' ').split('\n');
    return lines.filter((line) => COMMANDS.test(line)).flatMap(callsOfCommand);
  };
  return {
    /**
     * Links to the playground at `base`: to pictures of what a block of code simulates, and to where it
     * runs unchanged. `files` are the document's named files.
     */
    linksOf: (code, lang, files, base) => {
      const kind = kindOf(code, lang);
      if (kind === undefined || NOT_IN_A_PAGE.some(({ test }) => test.test(code))) return [];
      const shown = [...new Set(callsOf(code, kind).map(linkOf))].filter((hash) => hash !== undefined).slice(0, MOST);
      const beside = files.filter(({ name }) => code.includes(name));
      const run = links.deskLinkTo(kind, kind === 'command' ? typed(code) : code, beside);
      const name = kind === 'command' ? 'Run in the playground' : 'Open as a script in the playground';
      const open = (i) => (shown.length === 1 ? 'Open in the playground' : `Open no. ${i + 1} in the playground`);
      return [...shown.map((hash, i) => ({ name: open(i), to: base + hash })), { name, to: base + run }];
    },
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The part of a block that a reader types: after prompts if there are any, else all of it. */
function typed(code) {
  const lines = code.split('\n');
  return lines.some((line) => line.startsWith('$ '))
    ? lines
        .filter((line) => line.startsWith('$ '))
        .map((line) => line.slice(2))
        .join('\n')
    : code;
}

/** The playground's own functions to write its state into an address, and to read it. */
async function playgroundLinks(root, folder) {
  const outfile = join(folder, 'link.mjs');
  await build({
    stdin: {
      contents: "export * from './link.js'; export * from './hash.js'; export * from './training.js';",
      resolveDir: join(root, 'playground/src/state'),
    },
    outfile,
    bundle: true,
    packages: 'external',
    format: 'esm',
    logLevel: 'warning',
  });
  return import(pathToFileURL(outfile));
}

const say = (kind) => `
const said = (key, value) => (typeof value === 'function' || key === 'signal' ? undefined : value);
const seen = (more, run) => (given) => {
  console.log('${MARK}' + JSON.stringify(['${kind}', { ...more, ...given }], said));
  return run(given);
};
`;

/** Modules that replace the library while an example runs, by file name. */
const RECORDERS = {
  recorder: `import * as library from 'astra-sim-ts';
export * from 'astra-sim-ts';
${say('collective')}
export const simulateAllReduce = seen({ collective: 'all-reduce' }, library.simulateAllReduce);
export const simulateAllGather = seen({ collective: 'all-gather' }, library.simulateAllGather);
export const simulateReduceScatter = seen({ collective: 'reduce-scatter' }, library.simulateReduceScatter);
export const simulateAllToAll = seen({ collective: 'all-to-all' }, library.simulateAllToAll);
export const simulateCollective = seen({}, library.simulateCollective);
export const explainCollective = seen({}, library.explainCollective);
`,
  training: `import * as library from 'astra-sim-ts/training';
export * from 'astra-sim-ts/training';
${say('training')}
export const simulateTraining = seen({}, library.simulateTraining);
`,
};
