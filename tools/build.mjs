// What `npm run build` makes of src, beside the declarations: a few files instead of two hundred,
// which take longer to load than most simulations take to run.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const { engines, exports, dependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const common = {
  bundle: true,
  splitting: true,
  format: 'esm',
  target: `node${engines.node.match(/\d+(\.\d+)*/)[0]}`,
  logLevel: 'warning',
};

// The library, an entry per subpath; what they share stands in chunks. Dependencies stay outside; what
// is not one is taken in: of mathjs the parser alone.
const library = await build({
  ...common,
  entryPoints: Object.values(exports).flatMap((to) => to.default?.replace(/^\.\/dist(.*)js$/, 'src$1ts') ?? []),
  outbase: 'src',
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  platform: 'neutral',
  external: Object.keys({ ...dependencies, ...peerDependencies }),
  // Without `browser` and `node` there is one build for both.
  mainFields: ['module', 'main'],
  sourcemap: true,
  sourcesContent: false,
  metafile: true,
});

// The command line, dependencies and all.
const commandLine = await build({
  ...common,
  entryPoints: ['main', 'congestion-aware', 'congestion-unaware', 'sweep/worker', 'train/plan-worker'].map(
    (name) => `src/cli/${name}.ts`,
  ),
  outdir: 'dist/cli',
  // All side by side: what looks for package.json or the worker finds it from each.
  entryNames: '[name]',
  chunkNames: '[name]-[hash]',
  minifySyntax: true,
  minifyWhitespace: true,
  platform: 'node',
  // Starts threads from files of its own.
  external: ['tinypool'],
  // Dependencies in CommonJS ask for Node's modules with require.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);",
  },
  metafile: true,
});

/** Names of the packages inside, whose licences ask to be kept with them. */
const inside = [library, commandLine].flatMap(({ metafile }) => Object.values(metafile.outputs));
const names = new Set(
  inside.flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) =>
      bytesInOutput > 0 ? (path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1] ?? []) : [],
    ),
  ),
);
const licences = [...names].sort().map((name) => {
  const folder = `node_modules/${name}/`;
  const { version, license } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'));
  const texts = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)/i.test(file));
  return [`${name} ${version} (${license})`, ...texts.map((file) => readFileSync(folder + file, 'utf8').trim())];
});
writeFileSync('dist/LICENSES.txt', `${licences.map((parts) => parts.join('\n\n')).join('\n\n---\n\n')}\n`);
