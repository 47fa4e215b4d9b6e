// `npm run site [-- --out DIR]`: the documents, the API reference and the playground as one static folder.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { build as viteBuild } from 'vite';
import { examples } from './examples.mjs';
import { FRONT } from './front.mjs';
import { page } from './layout.mjs';
import { htmlOf, namedFiles } from './markdown.mjs';
import { addressOf, GROUPS, shortTitle } from './pages.mjs';
import { reference } from './reference.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'dist-site') } } });
const out = values.out;
const MARKER = '.astra-sim-ts-site';
if (existsSync(out) && readdirSync(out).length > 0 && !existsSync(join(out, MARKER))) {
  console.error(`error: --out: expected a folder that is empty or holds an earlier site, got ${JSON.stringify(out)}`);
  process.exit(2);
}
rmSync(out, { recursive: true, force: true });
const put = (name, content) => {
  mkdirSync(dirname(join(out, name)), { recursive: true });
  writeFileSync(join(out, name), content);
};
put(MARKER, '');
const playground = (outDir) =>
  viteBuild({
    root: join(root, 'playground'),
    configFile: join(root, 'playground/vite.config.ts'),
    logLevel: 'warn',
    build: { outDir, emptyOutDir: true },
  });

const names = GROUPS.flatMap(([, all]) => all);
const sources = names.map((name) => {
  const file = name === 'README' ? 'README.md' : `docs/${name}.md`;
  const text = readFileSync(join(root, file), 'utf8');
  return { name, file, text, title: shortTitle(name, /^# (.*)$/m.exec(text)[1]) };
});
const titles = new Map(sources.map(({ name, title }) => [name, title]));
const files = new Set();
const fileLink = (path) => {
  files.add(path);
  return `../files/${path}`;
};

/** The first words of a document, without markup. */
const descriptionOf = (text) =>
  text
    .replace(/^#.*$/gm, '')
    .trim()
    .split('\n\n')[0]
    .replace(/\s+/g, ' ')
    .replace(/\]\([^)]*\)|[[\]*`]/g, '')
    .slice(0, 160);

const contentsOf = (headings) => {
  const shown = headings.filter(({ depth }) => depth === 2 || depth === 3);
  const item = ({ depth, id, html }) =>
    `<li class="d${depth}"><a href="#${id}">${html.replace(/<\/?a\b[^>]*>/g, '')}</a></li>`;
  return shown.length < 3 ? '' : `<ul>${shown.map(item).join('')}</ul>`;
};

const { linksOf, end } = await examples(root);
try {
  for (const { name, file, text, title } of sources) {
    const named = namedFiles(text);
    const playgroundLinks = (code, lang) => linksOf(code, lang, named, '../playground/');
    const { html, headings } = htmlOf(text, { file, fileLink, playgroundLinks });
    const around = { title: `${title} · astra-sim-ts`, description: descriptionOf(text), current: name, titles };
    put(addressOf(name), page({ ...around, root: '../', main: html, aside: contentsOf(headings) }));
  }
} finally {
  end();
}
put(
  'index.html',
  page({
    title: 'astra-sim-ts: how long does a collective take?',
    description: 'Exact, fast simulation of collective communication and training steps on networks of accelerators.',
    root: '',
    titles,
    main: FRONT,
    scripts: '<script type="module" src="live.js"></script>',
  }),
);
await build({
  entryPoints: [join(root, 'site/live.js')],
  outfile: join(out, 'live.js'),
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  logLevel: 'warning',
});
for (const name of ['style.css', 'icon.svg']) cpSync(join(root, 'site', name), join(out, name));
cpSync(join(root, 'docs/pictures'), join(out, 'pictures'), { recursive: true });
for (const path of files) cpSync(join(root, path), join(out, 'files', path), { recursive: true });
await playground(join(out, 'playground'));
await reference(root, join(out, 'api'));
console.log(`the site is in ${out}: ${names.length} documents`);
