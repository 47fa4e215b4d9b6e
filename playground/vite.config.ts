import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));
const source = (path: string) => join(root, '../src', path);

const terminal = (file: string) => join(root, 'src/terminal/node', file);

/** What the command line asks of Node, in a browser: libraries, and a few files of our own. */
const NODE = [
  ...['fs', 'crypto', 'os', 'process'].map((name) => ({
    find: new RegExp(`^node:${name}$`),
    replacement: terminal(`${name}.ts`),
  })),
  { find: /^node:(.*)$/, replacement: '@jspm/core/nodelibs/$1' },
  { find: /^cli-progress$/, replacement: terminal('cli-progress.ts') },
];

/** Files of the command line that a page has others for: they look for files on a disk, and start threads. */
function pageFiles(): Plugin {
  return {
    name: 'page-files',
    enforce: 'pre',
    resolveId(name, importer) {
      const [, file] = /\/(version|threads)\.js$/.exec(name) ?? [];
      const isOurs = importer?.startsWith(source('cli/')) ?? false;
      return file !== undefined && isOurs ? terminal(`${file}.ts`) : undefined;
    },
  };
}

/** Writes the service worker: the built files are its list, their contents its version. */
function serviceWorker(): Plugin {
  let folder = '';
  return {
    name: 'service-worker',
    apply: 'build',
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
      if (config.build.outDir.startsWith('/')) folder = config.build.outDir;
    },
    closeBundle() {
      const files = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name !== 'sw.js')
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
        .sort();
      const hash = createHash('sha256');
      for (const file of files) hash.update(readFileSync(join(folder, file)));
      const text = readFileSync(join(root, 'service-worker.js'), 'utf8')
        .replace("'VERSION'", JSON.stringify(hash.digest('hex').slice(0, 16)))
        .replace("['FILES']", JSON.stringify(['./', ...files.filter((file) => file !== 'index.html')]));
      writeFileSync(join(folder, 'sw.js'), text);
    },
  };
}

export default defineConfig({
  root,
  // Works from any path.
  base: './',
  resolve: {
    alias: [
      ...NODE,
      { find: /^astra-sim-ts$/, replacement: source('index.ts') },
      { find: /^astra-sim-ts\/(\w+)$/, replacement: source('$1/index.ts') },
    ],
  },
  worker: { format: 'es', plugins: () => [pageFiles()] },
  build: { target: 'es2022', modulePreload: { polyfill: false }, chunkSizeWarningLimit: 700 },
  plugins: [pageFiles(), serviceWorker()],
});
