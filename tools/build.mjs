// What `npm run build` makes of src, beside the declarations: a few files instead of two hundred,
// which take longer to load than most simulations take to run.
import { readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const { engines, exports } = JSON.parse(readFileSync('package.json', 'utf8'));
const common = {
  bundle: true,
  splitting: true,
  format: 'esm',
  target: `node${engines.node.match(/\d+(\.\d+)*/)[0]}`,
  logLevel: 'warning',
};

// The library, an entry per subpath; what they share stands in chunks. Dependencies stay outside.
await build({
  ...common,
  entryPoints: Object.values(exports).flatMap((to) => to.default?.replace(/^\.\/dist(.*)js$/, 'src$1ts') ?? []),
  outbase: 'src',
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  platform: 'neutral',
  packages: 'external',
  sourcemap: true,
  sourcesContent: false,
});

// The command line, dependencies and all.
const { metafile } = await build({
  ...common,
  entryPoints: ['main', 'congestion-aware', 'congestion-unaware', 'sweep/worker'].map((name) => `src/cli/${name}.ts`),
  outdir: 'dist/cli',
  // All side by side: what looks for package.json or the worker finds it from each.
  entryNames: '[name]',
  chunkNames: '[name]-[hash]',
  minifySyntax: true,
  minifyWhitespace: true,
  platform: 'node',
  // tinypool starts threads from files of its own; mathjs is large and seldom needed.
  external: ['tinypool', 'mathjs'],
  // Dependencies in CommonJS ask for Node's modules with require.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);",
  },
  metafile: true,
});

/** Names of the packages inside, whose licences ask to be kept with them. */
const names = new Set(
  Object.keys(metafile.inputs).flatMap((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1] ?? []),
);
const licences = [...names].sort().map((name) => {
  const folder = `node_modules/${name}/`;
  const { version, license } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'));
  const file = ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'license'].find((one) => {
    try {
      return readFileSync(folder + one) !== undefined;
    } catch {
      return false;
    }
  });
  return `${name} ${version} (${license})\n\n${file === undefined ? '' : readFileSync(folder + file, 'utf8').trim()}\n`;
});
writeFileSync('dist/cli/LICENSES.txt', licences.join('\n---\n\n'));
