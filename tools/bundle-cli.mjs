// The command line as a few files: a hundred small modules take longer to load than most runs take.
import { readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const { engines } = JSON.parse(readFileSync('package.json', 'utf8'));
const { metafile } = await build({
  entryPoints: ['main', 'congestion-aware', 'congestion-unaware', 'sweep/worker'].map((name) => `src/cli/${name}.ts`),
  outdir: 'dist/cli',
  // All side by side: what looks for package.json or the worker finds it from each.
  entryNames: '[name]',
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  minifySyntax: true,
  minifyWhitespace: true,
  platform: 'node',
  format: 'esm',
  target: `node${engines.node.match(/\d+(\.\d+)*/)[0]}`,
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
