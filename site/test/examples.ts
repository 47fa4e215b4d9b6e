import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Lexer, type Token } from 'marked';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readHash } from '../../playground/src/state/hash.js';
import { Site } from '../../playground/test/support/site.js';
import { NOT_IN_A_PAGE } from '../kinds.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A block of code of a document, and its links to the playground. */
interface Example {
  readonly document: string;
  readonly code: string;
  readonly lang: string;
  readonly links: readonly string[];
}

/** Every block of code, beside what the page made of it; both in the order of the document. */
function blocks(pages: ReadonlyMap<string, string>): Example[] {
  return [...pages].flatMap(([page, html]) => {
    if (!page.startsWith('docs/')) return [];
    const document = page === 'docs/guide.html' ? 'README.md' : page.replace('.html', '.md');
    const codes = codesIn(Lexer.lex(readFileSync(join(root, document), 'utf8')));
    const made = html.split('<div class="code">').slice(1);
    expect([document, made.length]).toEqual([document, codes.length]);
    return codes.map(({ code, lang }, i): Example => {
      const [, line = ''] = /<\/pre>(?:<p class="try">(.*?)<\/p>)?<\/div>/s.exec(made[i] as string) ?? [];
      const links = [...line.matchAll(/href="([^"]*)"/g)].map(([, to]) =>
        (to as string)
          .replaceAll('&amp;', '&')
          .replaceAll('&quot;', '"')
          .replace(/^[^#]*/, ''),
      );
      return { document, code, lang, links };
    });
  });
}

function codesIn(tokens: readonly Token[]): { readonly code: string; readonly lang: string }[] {
  return tokens.flatMap((token) => {
    if (token.type === 'code') return [{ code: token['text'] as string, lang: (token['lang'] ?? '') as string }];
    const items = token.type === 'list' ? (token['items'] as Token[]) : [];
    return codesIn([...items, ...((token as { readonly tokens?: Token[] }).tokens ?? [])]);
  });
}

/** Whether one runs a block with this package: the words alone decide, not what the site makes of it. */
function isExample({ code, lang }: Example): boolean {
  if (/^(js|ts)\b/.test(lang)) return code.includes("from 'astra-sim-ts");
  if (!/^(sh|bash)?$/.test(lang)) return false;
  return code.split('\n').some((line) => /^(\$ )?(npx )?(astra-sim-ts|AstraSim_\w+|node) /.test(line));
}

/** Every example has a link. */
export function exampleCases(pages: ReadonlyMap<string, string>): void {
  test('opens every example of the documents in the playground', () => {
    const examples = blocks(pages).filter(isExample);
    const without = examples.filter(({ links }) => links.length === 0);
    const isExcused = ({ code }: Example) => NOT_IN_A_PAGE.some((one) => one.test.test(code));
    expect(without.filter((one) => !isExcused(one)).map(({ document, code }) => [document, code])).toEqual([]);
    expect(examples.length - without.length).toBeGreaterThan(50);
    // All of these are about one cluster's own tools.
    expect(new Set(without.map(({ document }) => document))).toEqual(new Set(['docs/sweeps.md']));
  });

  test('gives the playground what stands in the example, and the files that it names', () => {
    for (const { document, code, links } of blocks(pages)) {
      for (const link of links) {
        const { page, complaints } = readHash(link);
        expect([document, code, complaints]).toEqual([document, code, []]);
        if (page.view === 'script') expect(page.script).toBe(code.trimEnd());
      }
    }
    const space = blocks(pages).find(({ lang }) => lang === 'yaml space.yml');
    const sweeps = blocks(pages).find(({ code }) => code.includes('sweep space.yml --dry-run'));
    expect(readHash(sweeps?.links[0] ?? '').page.files).toEqual([{ name: 'space.yml', text: `${space?.code}\n` }]);
  });
}

/** Examples that are opened in a browser, by what is in them: their links print what the command line prints. */
const OPENED = [
  'npx astra-sim-ts collective --topology "ring(8, 600 GB/s, 500 ns) x switch(32',
  'npx astra-sim-ts trace transformer --layers 4',
  'npx astra-sim-ts compare --topology "graph: dgx-1(V100, 700 ns)" --size 1MiB',
  'npx astra-sim-ts nccl --machine dgx-h100',
  'npx astra-sim-ts place examples/cluster/fat-tree.yml',
  'npx astra-sim-ts circuits examples/cluster/circuits.yml',
  'astra-sim-ts calibrate data/measurements/a100-1n-8gpu-allreduce.txt',
  'astra-sim-ts sweep space.yml --dry-run',
  'node examples/scheduling.mjs',
  'simulateWorkload({',
  'function recursiveDoubling',
  'fromAstraSim({',
  'traceOf(',
  'calibrated(calibration)',
  'placeJob({',
  'allocateBandwidth(options)',
  'sweep(definition',
  'tuneTraining(',
];

/** Links do what they say. */
export function linkCases(pages: ReadonlyMap<string, string>, playground: string): void {
  let site: Site;
  // Below the package, so that scripts find it.
  const folder = mkdtempSync(join(root, 'dist/.examples-'));
  beforeAll(async () => {
    site = await Site.of(playground);
    for (const name of ['examples', 'data']) cpSync(join(root, name), join(folder, name), { recursive: true });
  });
  afterAll(async () => {
    await site.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(OPENED)('a link runs in the browser as in a terminal: %s', async (words) => {
    const example = blocks(pages).find((one) => isExample(one) && one.code.includes(words));
    const hash = example?.links.at(-1) ?? '';
    const { page: asked } = readHash(hash);
    const page = await site.page(hash);
    page.setDefaultTimeout(120_000);
    if (asked.run === 'no') await page.getByRole('button', { name: 'Run' }).click();
    await page.waitForSelector('.output[aria-busy="false"] [data-code]');
    const shown = await page.locator('.output span.out').allInnerTexts();
    const failed = await page.locator('.output [data-code]').getAttribute('data-code');
    expect([await page.locator('.output span.err').allInnerTexts(), failed].at(-1)).toBe('0');
    expect(comparable(shown.join(''))).toBe(comparable(inTerminal(asked)));
    await page.context().close();
  });

  /** Standard output of the same in a shell, beside the same files. */
  function inTerminal({ view, command, script, files }: ReturnType<typeof readHash>['page']): string {
    for (const { name, text } of files) writeFileSync(join(folder, name), text);
    writeFileSync(join(folder, 'script.mjs'), script);
    const own = `npx() { "$@"; }; astra-sim-ts() { '${process.execPath}' '${join(root, 'dist/cli/main.js')}' "$@"; }\n`;
    const text = view === 'command' ? own + command : `'${process.execPath}' script.mjs`;
    return execFileSync('bash', ['-c', text], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  }
}

/** Times that machines need differ, and how many threads they have. */
function comparable(text: string): string {
  return text
    .replace(/(?:about |less than )?[\d.,]+ (?:ms|s|min|h)\b(?= (?:with|on|of|in)\b)/g, 'a while')
    .replace(/with \d+ workers?/g, 'with workers')
    .replace(/[ \t]+$/gm, '')
    .trim();
}
