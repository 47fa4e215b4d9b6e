import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium } from '../../playground/test/support/site.js';
import { exampleCases, linkCases } from './examples.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const out = mkdtempSync(join(tmpdir(), 'astra-sim-ts-site-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

/** What the pages say, by their path in the site; the API reference has a maker of its own. */
const pages = new Map<string, string>();

beforeAll(() => {
  execFileSync(process.execPath, [join(root, 'site/build.mjs'), '--out', out], { cwd: root });
  const list = ['index.html', ...readdirSync(join(out, 'docs')).map((name) => `docs/${name}`)];
  for (const name of list) pages.set(name, readFileSync(join(out, name), 'utf8'));
});

const ids = (html: string) => new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id as string));

describe('the site', () => {
  test('has a page for every document', () => {
    const documents = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
    const expected = documents.map((name) => `docs/${name.replace('.md', '.html')}`);
    expect([...pages.keys()].sort()).toEqual([...expected, 'docs/guide.html', 'index.html'].sort());
  });

  test('has no link that leads nowhere', () => {
    const broken: string[] = [];
    for (const [name, html] of pages) {
      for (const [, to = ''] of html.matchAll(/ (?:href|src)="([^"]*)"/g)) {
        if (/^[a-z]+:/.test(to)) continue;
        const [path = '', hash] = to.split('#');
        let file = path === '' ? join(out, name) : join(out, dirname(name), path);
        if (existsSync(file) && statSync(file).isDirectory()) file = join(file, 'index.html');
        const page = pages.get(relative(out, file));
        const lost = hash !== undefined && page !== undefined && !ids(page).has(hash);
        if (!existsSync(file) || lost) broken.push(`${name}: ${to}`);
      }
    }
    expect(broken).toEqual([]);
  });

  test('says on every page what it is', () => {
    for (const [name, html] of pages) {
      const [, title = ''] = /<title>([^<]+)<\/title>/.exec(html) ?? [];
      const [, description = ''] = /<meta name="description" content="([^"]+)"/.exec(html) ?? [];
      const said = [html.includes('<html lang="en">'), title.length > 10, description.length > 20];
      expect([name, ...said]).toEqual([name, true, true, true]);
    }
  });

  test('opens what the documents simulate in the playground', () => {
    const links = (name: string) => [...(pages.get(name) ?? '').matchAll(/href="\.\.\/playground\/#/g)].length;
    expect(links('docs/guide.html')).toBeGreaterThan(3);
    expect(links('docs/scheduling.html')).toBeGreaterThan(0);
    expect(pages.get('docs/training.html')).toMatch(/playground\/#v1&amp;view=training/);
    expect(pages.get('docs/guide.html')).toMatch(/playground\/#v1&amp;[^"]*tab=compare/);
  });

  test('has the API reference, with what is exported', () => {
    expect(readFileSync(join(out, 'api/functions/index.simulateAllReduce.html'), 'utf8')).toContain('topology');
  });

  test('does not touch a folder that holds something else', () => {
    const build = () =>
      execFileSync(process.execPath, ['site/build.mjs', '--out', 'site'], { cwd: root, stdio: 'pipe' });
    expect(build).toThrow(/expected a folder that is empty or holds an earlier site, got "site"/);
    expect(existsSync(join(root, 'site/build.mjs'))).toBe(true);
  });

  exampleCases(pages);
  if (hasChromium) linkCases(pages, join(out, 'playground'));
});
