// What `npm run build` makes of src, beside the declarations: a few files instead of five hundred,
// which take longer to load than most simulations take to run.
import fs from 'node:fs';
import { rolldown } from 'rolldown';

const { name, version, exports, dependencies, peerDependencies } = JSON.parse(fs.readFileSync('package.json', 'utf8'));
const packages = (names) => new RegExp(`^(${names.join('|')})(/|$)`);

async function write(input, output) {
  const bundle = await rolldown(input);
  const { output: files } = await bundle.write({ dir: 'dist', ...output, format: 'esm' });
  await bundle.close();
  return files.filter(({ type }) => type === 'chunk');
}

/** An entry per subpath, by its path in dist. */
const subpaths = Object.values(exports).flatMap((to) => to.default?.match(/dist\/(.*)\.js$/)?.[1] ?? []);

const entries = Object.fromEntries(subpaths.map((name) => [name, `src/${name}.ts`]));

// The library for bundlers. Dependencies stay outside; what is not one is taken in: of mathjs the parser alone.
const library = await write(
  {
    input: entries,
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

/** Every module that an entry loads at once. */
function modulesOf(entry, chunks) {
  const files = new Set([`${entry}.js`]);
  for (const file of files)
    for (const name of chunks.find(({ fileName }) => fileName === file)?.imports ?? []) files.add(name);
  return new Set(chunks.flatMap(({ fileName, modules }) => (files.has(fileName) ? Object.keys(modules) : [])));
}

// The library for Node, which takes a millisecond for each file it loads: what the first entry needs is one file, and the two
// packages that check a spec are in it. Bundlers drop whole files more easily than parts of one, so this is not for them.
const core = modulesOf('index', library);
const small = ['valibot', 'fastest-levenshtein'];
const forNode = await write(
  {
    input: entries,
    platform: 'neutral',
    external: packages(Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => !small.includes(name))),
    resolve: { mainFields: ['module', 'main'] },
  },
  {
    dir: 'dist/node',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    codeSplitting: { groups: [{ name: 'core', test: (id) => core.has(id) || packages(small).test(id) }] },
    sourcemap: true,
    sourcemapExcludeSources: true,
  },
);

/**
 * Of the command line, files that are needed together share a chunk. A bundler cuts one for each set of entries that
 * leads to a file, and thirty files take twice as long to load as three with the same code. What stands in no group is
 * still cut like that, and so is the library: users' bundlers drop whole chunks, but not all that stands in one.
 * A file is in the first group that names it.
 */
const GROUPS = {
  // All that --version takes.
  start: /\/src\/(base\/errors|cli\/(start-process|run|exit-codes|version))\.ts$/,
  'command-line':
    /\/commander\/|rolldown\/runtime|\/src\/cli\/(command-line|flags|json-output|table|files\/(output-error|place)|sweep\/interrupt|workload)\.ts$/,
  simulator:
    /\/(valibot|fastest-levenshtein)\/|\/src\/((base|topology|collectives|scheduler|spec|plan|engine|bounds|report)\/|costs\/endpoint|simulate|cli\/foreseen-messages)/,
  workload:
    /\/(@bufbuild|pako|js-yaml)\/|\/src\/(workload\/(?!build)|formats\/(chakra|astra-sim)\/|cli\/(config-file|yaml-events|network-option|run-workload|workload-(files|text))\.ts)/,
};
const groups = Object.entries(GROUPS).map(([name, test], i) => ({ name, test, priority: 10 - i }));

const COMMANDS = ['main', 'congestion-aware', 'congestion-unaware', 'sweep/worker', 'train/plan-worker'];

/**
 * What Node has built in, without what takes milliseconds to get ready and nothing here asks for: the streams of
 * node:fs, which Node reads when a module imports it; a `require` for commander, and the processes that it could start.
 */
const lean = {
  name: 'lean-builtins',
  resolveId: (id, importer) => {
    if (!id.startsWith('node:')) return null;
    return /\/commander\//.test(importer) ? `\0commander:${id}` : id === 'node:fs' ? '\0lean:node:fs' : null;
  },
  load: (id) => {
    // Which version this is does not change any more: no file to read for it.
    if (id.endsWith('/src/cli/version.ts'))
      return `export const packageInfo = () => (${JSON.stringify({ name, version })});`;
    const [, by, builtin] = /^\0(commander|lean):(.*)$/.exec(id) ?? [];
    if (by === undefined) return null;
    const take = `process.getBuiltinModule('${builtin}')`;
    if (builtin === 'node:child_process') return 'module.exports = {};';
    if (by === 'commander') return `module.exports = ${take};`;
    const names = Object.keys(fs).filter((name) => typeof fs[name] === 'function' && !/Stream$/.test(name));
    return [
      `const fs = ${take};`,
      'export default fs;',
      ...names.map((name) => `export const ${name} = fs.${name};`),
    ].join('\n');
  },
};

// The command line, dependencies and all.
const commandLine = await write(
  {
    input: Object.fromEntries(COMMANDS.map((name) => [name.replace(/.*\//, ''), `src/cli/${name}.ts`])),
    platform: 'node',
    // One starts threads from files of its own, the others are for those who install them.
    external: packages(['tinypool', ...Object.keys(peerDependencies)]),
    plugins: [lean],
    // Modules rather than CommonJS, and half of pako: less to read and to compile.
    resolve: { mainFields: ['module', 'main'], alias: { pako: 'pako/browser/inflate' } },
  },
  {
    // All side by side: what looks for package.json or the worker finds it from each.
    entryFileNames: 'cli/[name].js',
    chunkFileNames: 'cli/[name]-[hash].js',
    codeSplitting: { groups },
    // Names of functions stay: they stand in the stack of a defect that a user reports.
    minify: {
      mangle: { keepNames: true },
      compress: { keepNames: { function: true, class: true } },
      codegen: { removeWhitespace: true },
    },
  },
);

/** A file that only hands on what another has takes as long to load as any: what imports it shall import the other. */
function withoutDetours(chunks) {
  const detours = new Map();
  for (const { fileName, code } of chunks) {
    const [, names, target] = /^export\{([^}]*)\}from"([^"]*)";\s*$/.exec(code) ?? [];
    if (target !== undefined) detours.set(`./${fileName.slice('cli/'.length)}`, { names: names.split(','), target });
  }
  for (const { fileName, code } of chunks) {
    const file = `dist/${fileName}`;
    if (detours.has(`./${fileName.slice('cli/'.length)}`)) fs.rmSync(file);
    else {
      const direct = code.replaceAll(/import\(`([^`]*)`\)/g, (loading, path) => {
        const detour = detours.get(path);
        if (detour === undefined) return loading;
        const values = detour.names.map((name) => name.replace(/^(\w+) as (\w+)$/, '$2:e.$1'));
        return `import(\`${detour.target}\`).then(e=>({${values}}))`;
      });
      if (direct !== code) fs.writeFileSync(file, direct);
    }
  }
}
withoutDetours(commandLine);

/** Folders of the packages inside, whose licences ask to be kept with them. */
const folders = new Set(
  [...library, ...forNode, ...commandLine].flatMap(({ modules }) =>
    Object.entries(modules).flatMap(([path, { renderedLength }]) =>
      renderedLength > 0 ? (path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+\//)?.[0] ?? []) : [],
    ),
  ),
);
const licences = [...folders].map((folder) => {
  const { name, version, license } = JSON.parse(fs.readFileSync(`${folder}package.json`, 'utf8'));
  const texts = fs.readdirSync(folder).filter((file) => /^(licen[cs]e|notice)/i.test(file));
  return [`${name} ${version} (${license})`, ...texts.map((file) => fs.readFileSync(folder + file, 'utf8').trim())];
});
const texts = [...new Set(licences.map((parts) => parts.join('\n\n')))].sort();
fs.writeFileSync('dist/LICENSES.txt', `${texts.join('\n\n---\n\n')}\n`);
