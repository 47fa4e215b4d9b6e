// What `npm run build` makes of src, beside the declarations: a few files instead of five hundred,
// which take longer to load than most simulations take to run.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rolldown } from 'rolldown';

const { exports, dependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const packages = (names) => new RegExp(`^(${names.join('|')})(/|$)`);

/**
 * Files that are needed together share a chunk: bundlers would cut a chunk for each set of entries
 * that leads to a file, and thirty files take twice as long to load as three with the same code.
 * What stands in no group is cut like that. A file is in the first group that names it.
 */
const GROUPS = {
  // All that --version takes.
  start: /\/src\/(base\/errors|cli\/(start-process|run|exit-codes|version))\.ts$/,
  'command-line':
    /\/commander\/|\/src\/cli\/(command-line|flags|json-output|table|files\/(output-error|place)|sweep\/interrupt)\.ts$/,
  simulator:
    /\/(valibot|fastest-levenshtein)\/|\/src\/((base|topology|collectives|scheduler|spec|plan|engine|bounds|report)\/|costs\/endpoint|simulate)/,
  workload:
    /\/(@bufbuild|pako|yaml)\/|\/src\/(workload\/(?!build)|formats\/(chakra|astra-sim)\/|cli\/(config-file|nesting|network-option)\.ts)/,
};
const groups = Object.entries(GROUPS).map(([name, test], i) => ({ name, test, priority: 10 - i }));

async function write(input, output) {
  const bundle = await rolldown(input);
  const { output: files } = await bundle.write({ ...output, dir: 'dist', format: 'esm', codeSplitting: { groups } });
  await bundle.close();
  return files.filter(({ type }) => type === 'chunk');
}

/** An entry per subpath, by its path in dist. */
const subpaths = Object.values(exports).flatMap((to) => to.default?.match(/dist\/(.*)\.js$/)?.[1] ?? []);

// The library. Dependencies stay outside; what is not one is taken in: of mathjs the parser alone.
const library = await write(
  {
    input: Object.fromEntries(subpaths.map((name) => [name, `src/${name}.ts`])),
    // One build for Node and browsers.
    platform: 'neutral',
    external: packages(Object.keys({ ...dependencies, ...peerDependencies })),
    resolve: { mainFields: ['module', 'main'] },
  },
  {
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    sourcemap: true,
    sourcemapExcludeSources: true,
  },
);

const COMMANDS = ['main', 'congestion-aware', 'congestion-unaware', 'sweep/worker', 'train/plan-worker'];

// The command line, dependencies and all.
const commandLine = await write(
  {
    input: Object.fromEntries(COMMANDS.map((name) => [name.replace(/.*\//, ''), `src/cli/${name}.ts`])),
    platform: 'node',
    // Starts threads from files of its own.
    external: packages(['tinypool']),
    // Modules rather than CommonJS, and half of pako: less to read and to compile.
    resolve: {
      mainFields: ['module', 'main'],
      alias: { pako: 'pako/browser/inflate', yaml: `${process.cwd()}/node_modules/yaml/browser/dist/index.js` },
    },
  },
  {
    // All side by side: what looks for package.json or the worker finds it from each.
    entryFileNames: 'cli/[name].js',
    chunkFileNames: 'cli/[name]-[hash].js',
    // Names stay: they stand in the stack of a defect that a user reports.
    minify: { mangle: false, compress: false, codegen: { removeWhitespace: true } },
  },
);

/** Folders of the packages inside, whose licences ask to be kept with them. */
const folders = new Set(
  [...library, ...commandLine].flatMap(({ modules }) =>
    Object.entries(modules).flatMap(([path, { renderedLength }]) =>
      renderedLength > 0 ? (path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+\//)?.[0] ?? []) : [],
    ),
  ),
);
const licences = [...folders].map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'));
  const texts = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)/i.test(file));
  return [`${name} ${version} (${license})`, ...texts.map((file) => readFileSync(folder + file, 'utf8').trim())];
});
const texts = [...new Set(licences.map((parts) => parts.join('\n\n')))].sort();
writeFileSync('dist/LICENSES.txt', `${texts.join('\n\n---\n\n')}\n`);
