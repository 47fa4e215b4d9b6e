import { readFileSync } from 'node:fs';
import { simulateAllReduce } from 'astra-sim-ts';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { run } from '../../../src/cli/run.js';
import type { Site } from '../support/site.js';

const TOPOLOGY = 'ring(8, 600 GB/s, 500 ns) x switch(4, 50 GB/s, 2 us)';

const output = (page: Page) => page.locator('.output');
const printed = async (page: Page) => (await output(page).locator('pre.terminal').first().innerText()).trimEnd();

/** Runs what is typed, and waits for its end. */
async function ended(page: Page): Promise<number> {
  await page.getByRole('button', { name: 'Run' }).click();
  return code(page);
}

async function code(page: Page): Promise<number> {
  await page.waitForSelector('.output[aria-busy="false"] [data-code]');
  return Number(await output(page).locator('[data-code]').getAttribute('data-code'));
}

/** What the command line prints in a process. */
async function ofProcess(...argv: string[]): Promise<string> {
  let text = '';
  const io = { out: (part: string) => (text += part), err: (part: string) => (text += part) };
  await run(argv, io as unknown as Parameters<typeof run>[1]);
  return text.trimEnd();
}

/** Command and script. */
export function deskCases(site: () => Site): void {
  test('command: prints and writes what the command line does; a link shows it again', async () => {
    const page = await site().page('#v1&view=command');
    const words = ['collective', '--topology', TOPOLOGY, '-b', '1M', '-e', '64M', '-f', '8'];
    await page.locator('#command-text').fill(`astra-sim-ts ${words.map((word) => `"${word}"`).join(' ')}`);
    expect(await ended(page)).toBe(0);
    expect(await printed(page)).toBe(await ofProcess(...words));

    await page
      .locator('#command-text')
      .fill(`npx astra-sim-ts collective --topology "${TOPOLOGY}" \\\n -b 64M --timeline phases.svg > table.txt`);
    expect(await ended(page)).toBe(0);
    await output(page).getByRole('img', { name: 'phases.svg' }).waitFor();
    const download = page.waitForEvent('download');
    await output(page).getByRole('link', { name: 'table.txt' }).click();
    const table = readFileSync(await (await download).path(), 'utf8');
    expect(table.trimEnd()).toBe(await ofProcess('collective', '--topology', TOPOLOGY, '-b', '64M'));

    const other = await site().page(new URL(page.url()).hash);
    expect(await code(other)).toBe(0);
    expect(await other.locator('#command-text').inputValue()).toBe(await page.locator('#command-text').inputValue());
    await output(other).getByRole('img', { name: 'phases.svg' }).waitFor();
    // Another link in the same page.
    await other.evaluate(() => {
      location.hash = '#v1&view=command&run=yes&command=astra-sim-ts_--version';
    });
    await other.waitForFunction(() =>
      /^\d+\.\d+\.\d+\s*$/.test(document.querySelector('.terminal')?.textContent ?? ''),
    );
    await page.context().close();
    await other.context().close();
  });

  test('command: files beside it, those that it names of the examples, and one command after the other', async () => {
    const page = await site().page('#v1&view=command');
    await page.locator('#command-text').fill('astra-sim-ts place examples/cluster/fat-tree.yml');
    await page.getByText('examples/cluster/fat-tree.yml', { exact: true }).waitFor();
    expect(await ended(page)).toBe(0);
    expect(await printed(page)).toBe(await ofProcess('place', 'examples/cluster/fat-tree.yml'));

    await page.locator('input[type=file]').setInputFiles([
      { name: 'x.et', mimeType: '', buffer: Buffer.from([0, 255, 1]) },
      { name: 'x.txt', mimeType: '', buffer: Buffer.from('text') },
    ]);
    await page.getByText('Not added, as it is no text: x.et.').waitFor();
    await page.getByRole('button', { name: 'Remove x.txt' }).click();
    await page.getByRole('button', { name: 'New file' }).click();
    await page.getByLabel('Name').fill('space.yml');
    const space = `base: { collective: all-reduce, topology: "${TOPOLOGY}", size: 1 MiB }\naxes: { splits: [1, 4] }\n`;
    await page.getByLabel('Text of space.yml').fill(space);
    await page
      .locator('#command-text')
      .fill(
        'astra-sim-ts sweep space.yml --shard 1/2 --workers 4 --out parts/1.csv\nastra-sim-ts sweep space.yml --shard 2/2 --out parts/2.csv\nastra-sim-ts sweep merge --out all.csv parts/*.csv; cat all.csv',
      );
    expect(await ended(page)).toBe(0);
    const times = [1, 4].map((splits) => simulateAllReduce({ topology: TOPOLOGY, size: '1 MiB', splits }).timeNs);
    for (const timeNs of times) expect(await printed(page)).toContain(`,${timeNs},`);

    const other = await site().page(new URL(page.url()).hash);
    await code(other);
    expect(await printed(other)).toBe(await printed(page));
    expect(await other.getByLabel('Text of space.yml').inputValue()).toBe(space);
    await page.context().close();
    await other.context().close();
  });

  test('command: what is wrong is said in the words of the command line, with its exit code', async () => {
    const page = await site().page('#v1&view=command');
    const cases = [
      ['astra-sim-ts collective --topology "rng(8, 600 GB/s, 500 ns)" -b 1M', 2, 'did you mean "ring"?'],
      ['astra-sim-ts place nowhere.yml', 2, 'nowhere.yml'],
      ['npm install', 127, 'a page has no other programs'],
      ['astra-sim-ts collective "', 2, 'a quote " is not closed'],
      ['', 0, 'It printed nothing.'],
    ] as const;
    for (const [command, expected, words] of cases) {
      await page.locator('#command-text').fill(command);
      expect(await ended(page), command).toBe(expected);
      expect(await output(page).innerText()).toContain(words);
    }
    await page.context().close();
  });

  test('script: imports the library, prints to its console, and reaches neither network nor page', async () => {
    const page = await site().page('#v1&view=script');
    const script = `import { simulateAllReduce, type CollectiveSpec } from 'astra-sim-ts';
import { simulateTraining } from 'astra-sim-ts/training';
import { writeFileSync } from 'node:fs';
const spec: Omit<CollectiveSpec, 'collective'> = { topology: '${TOPOLOGY}', size: '64 MiB' };
console.log(simulateAllReduce(spec).timeNs, typeof simulateTraining, { a: [1, 'b'] });
console.log(typeof fetch, typeof document, typeof caches, typeof importScripts, typeof XMLHttpRequest);
writeFileSync('note.txt', await Promise.resolve('hello'));
console.error('that was it');
`;
    await page.locator('#script-text').fill(script);
    expect(await ended(page)).toBe(0);
    const { timeNs } = simulateAllReduce({ topology: TOPOLOGY, size: '64 MiB' });
    const nothing = new Array<string>(5).fill('undefined').join(' ');
    expect(await printed(page)).toBe(`${timeNs} function { a: [ 1, 'b' ] }\n${nothing}\nthat was it`);
    await output(page).getByRole('link', { name: 'note.txt' }).waitFor();

    const other = await site().page(new URL(page.url()).hash);
    expect(await other.locator('#script-text').inputValue()).toBe(script);
    // Of a link, a script is shown, and not run.
    await output(other).getByText('Press Run.').waitFor();

    await page.locator('#script-text').fill('let a = 1;\n\nnull.x;');
    expect(await ended(page)).toBe(1);
    expect(await printed(page)).toBe("script.ts:3: TypeError: Cannot read properties of null (reading 'x')");
    await page.context().close();
    await other.context().close();
  });

  test('script: one that never ends is cancelled, and the next one runs', async () => {
    const page = await site().page('#v1&view=script');
    await page.locator('#script-text').fill("console.log('on and on');\nfor (;;);");
    await page.getByRole('button', { name: 'Run' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await output(page).getByText('Cancelled').waitFor();
    await page.locator('#script-text').fill("console.log('again')");
    expect(await ended(page)).toBe(0);
    expect(await printed(page)).toBe('again');
    await page.context().close();
  });
}
