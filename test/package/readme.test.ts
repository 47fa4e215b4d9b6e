import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRows } from '../support/golden-rows.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const pages = ['README.md', ...readdirSync(`${root}docs`).map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith('.md'),
);
const textOf = (page: string) => readFileSync(root + page, 'utf8');

/** A fenced block, and the ```text block that follows it with nothing between: what it prints. */
interface Block {
  readonly line: number;
  readonly language: string;
  readonly code: string;
  readonly output: string | undefined;
}

function blocksOf(page: string): Block[] {
  const text = textOf(page);
  const fences = [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)];
  return fences.map((fence, i) => {
    const next = fences[i + 1];
    const between = next === undefined ? 'the end' : text.slice(fence.index + fence[0].length, next.index);
    return {
      line: text.slice(0, fence.index).split('\n').length,
      language: fence[1] as string,
      code: fence[2] as string,
      output: next?.[1] === 'text' && between.trim() === '' ? next[2] : undefined,
    };
  });
}

const blocks = pages.flatMap((page) => blocksOf(page).map((block) => ({ ...block, where: `${page}:${block.line}` })));

describe('scripts of the documents print what stands below them', () => {
  const scripts = blocks.filter(
    ({ language, code }) => ['js', 'ts'].includes(language) && /from 'astra-sim-ts(\/\w+)?'/.test(code),
  );

  test.each(scripts)('$where', ({ language, code, output }) => {
    const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
    const script = language === 'js' ? code : ts.transpileModule(code, { compilerOptions: options }).outputText;
    // Given on stdin it stands in the working directory, where the package finds itself by name.
    const argv = ['--input-type=module', '-'];
    const printed = execFileSync(process.execPath, argv, { cwd: root, input: script, encoding: 'utf8' });
    if (output !== undefined) expect(printed).toBe(output);
  });

  test('there are some', () => expect(scripts.length).toBeGreaterThan(5));
});

describe('commands of the documents print what stands below them', () => {
  const sessions = blocks
    .filter(({ language }) => language === 'sh')
    .map(({ where, code, output }) => {
      const lines = code.replaceAll('\\\n', ' ').split('\n');
      return {
        where,
        output,
        commands: lines.filter((line) => /^(npx astra-sim-ts|node dist\/cli\/main\.js) /.test(line)),
      };
    })
    .filter(({ commands }) => commands.length > 0);

  // Whatever they write stays out of the repository.
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'astra-sim-ts-'));
    symlinkSync(`${root}examples`, join(folder, 'examples'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(sessions)('$where', ({ commands, output }) => {
    const main = `"${process.execPath}" "${root}dist/cli/main.js"`;
    const printed = commands.map((command) => {
      const line = command.replace(/^(npx astra-sim-ts|node dist\/cli\/main\.js)/, main);
      // As on a terminal: warnings stand among the rest.
      const ran = spawnSync('sh', ['-c', `${line} 2>&1`], { cwd: folder, encoding: 'utf8' });
      expect(ran.status, ran.stdout).toBe(0);
      return ran.stdout;
    });
    if (output !== undefined) expect(printed.join('')).toBe(output);
  });

  test('there are some', () => expect(sessions.length).toBeGreaterThan(0));
});

describe.each(pages)('%s', (page) => {
  const text = textOf(page);

  test('names files that exist', () => {
    const named = [...text.matchAll(/`((?:src|test|bench|docs|examples)\/[\w./-]+)`/g)].map(
      ([, path]) => path as string,
    );
    expect(named.filter((path) => !existsSync(root + path))).toEqual([]);
  });

  test('links to files that exist', () => {
    const links = [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, path]) => path as string);
    const local = links.filter((path) => !/^https?:/.test(path));
    expect(local.filter((path) => !existsSync(fileURLToPath(new URL(path, `file://${root}${page}`))))).toEqual([]);
  });
});

test('comments of the source cite sections of the model that there are', () => {
  const sections = new Set([...textOf('docs/model.md').matchAll(/^## (\d+)\. /gm)].map(([, number]) => number));
  expect([...sections]).toEqual(Array.from(sections, (_, i) => String(i + 1)));
  const files = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const cited = files.flatMap((name) =>
    [...readFileSync(`${root}src/${name}`, 'utf8').matchAll(/docs\/model\.md, sections? (\d+)(?:, (\d+))?/g)].flatMap(
      ([, ...numbers]) => numbers.filter((number) => number !== undefined),
    ),
  );
  expect(cited.length).toBeGreaterThan(10);
  expect(cited.filter((number) => !sections.has(number))).toEqual([]);
});

describe('the tables of the README', () => {
  const text = textOf('README.md');

  test('count the golden rows as they are', () => {
    const lines = [...text.matchAll(/^\| `([\w-]+)` \| ([\d,]+) \|/gm)];
    expect(lines.length).toBeGreaterThan(7);
    for (const [, file, rows] of lines) {
      const answered = readRows(file as string).filter(({ outcome }) => outcome === 'ok').length;
      expect([file, rows]).toEqual([file, answered.toLocaleString('en-US')]);
    }
  });

  test('name all warnings that there are', () => {
    const codes = [...text.matchAll(/^\| `([\w-]+)` \| (?![\d,]+ \|)/gm)].map(([, code]) => code as string);
    const [declared = ''] = /type WarningCode =[^;]*;/.exec(readFileSync(`${root}src/base/warnings.ts`, 'utf8')) ?? [];
    const known = [...declared.matchAll(/'([\w-]+)'/g)].map(([, code]) => code as string);
    expect(known.length).toBeGreaterThan(5);
    expect(codes.toSorted()).toEqual(known.toSorted());
  });
});
