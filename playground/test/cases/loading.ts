import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { type Site, shownNs } from '../support/site.js';

/** What everybody has to load for the first view: the goal of the page. */
const BUDGET = 300_000;

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe finds wrong with a page, in words. */
async function violations(page: Page, rules?: readonly string[]): Promise<string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate(async (only) => {
    const { axe: checker } = globalThis as unknown as {
      axe: { run(options: object): Promise<{ violations: Violation[] }> };
    };
    return (await checker.run(only === undefined ? {} : { runOnly: only })).violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary })),
    }));
  }, rules);
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
  );
}

const TABS = ['timeline', 'messages', 'advice', 'sizes', 'compare'];
/** What is not the collective. */
const VIEWS = ['Training step', 'Command', 'Script'];

/** How the page comes, whatever it shows. */
export function loadingCases(site: () => Site): void {
  test('the first view is below its budget', async () => {
    const page = await site().page();
    await shownNs(page);
    const files = await page.evaluate(() => [
      ...new Set([location.href, ...performance.getEntriesByType('resource').map(({ name }) => name)]),
    ]);
    const names = files
      .map((file) => new URL(file).pathname.replace('/some/where/', ''))
      .map((name) => (name === '' ? 'index.html' : name));
    expect(names.some((name) => /assets\/main-.*\.js/.test(name))).toBe(true);
    const sizes = names
      .filter((name) => name !== 'sw.js')
      .map((name) => gzipSync(readFileSync(join(site().folder, name)), { level: 9 }).length);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    console.log(`first view: ${(total / 1000).toFixed(0)} kB gzipped in ${names.length} files`);
    expect(total).toBeLessThan(BUDGET);
    const [paint] = await page.evaluate(() =>
      performance.getEntriesByName('first-contentful-paint').map(({ startTime }) => startTime),
    );
    console.log(`first paint of a cold page: ${paint?.toFixed(0)} ms`);
    await page.context().close();
  });

  test('a change of 1,024 NPUs is answered at once', async () => {
    const page = await site().page(
      '#v1&net=ring(8,300_GB/s,500_ns)_x_fully-connected(8,100_GB/s,700_ns)_x_switch(16,50_GB/s,2_us)',
    );
    await shownNs(page);
    const ms = await page.evaluate(async () => {
      const field = document.querySelector('[data-path="size"]') as HTMLInputElement;
      const shown = () => document.querySelector('.figures small')?.textContent;
      const times: number[] = [];
      for (const size of ['65 MiB', '66 MiB', '67 MiB', '68 MiB', '69 MiB']) {
        const before = shown();
        const start = performance.now();
        field.value = size;
        field.dispatchEvent(new Event('input', { bubbles: true }));
        while (shown() === before) await new Promise(requestAnimationFrame);
        times.push(performance.now() - start);
      }
      return times.sort((a, b) => a - b)[2] as number;
    });
    console.log(`1,024 NPUs, from the key to the number on the page: ${ms.toFixed(0)} ms`);
    // 100 ms where nothing else runs.
    expect(ms).toBeLessThan(3000);
    await page.context().close();
  });

  test('works without a network once it has been loaded', async () => {
    const page = await site().page();
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await page.context().setOffline(true);
    await page.reload();
    expect(await shownNs(page)).toBeGreaterThan(0);
    await page.getByRole('tab', { name: 'Compare' }).click();
    await page.waitForSelector('#tab-panel > :not(.loading)');
    await page.context().close();
  });

  test.each(['light', 'dark'] as const)('axe finds nothing wrong in the %s theme', async (colorScheme) => {
    // In the dark only colours differ.
    const rules = colorScheme === 'dark' ? ['color-contrast'] : undefined;
    const page = await site().page('#v1&net=ring(4,600_GB/s,500_ns)&size=64_KiB&league=yes', { colorScheme });
    await shownNs(page);
    for (const tab of TABS) {
      await page.locator(`#tab-${tab}`).click();
      await page.waitForSelector(tab === 'compare' ? '.league' : '#tab-panel > :not(.loading)');
      expect(await violations(page, rules), tab).toEqual([]);
    }
    for (const view of VIEWS) {
      await page.getByRole('navigation').getByRole('button', { name: view }).click();
      await page.waitForSelector('.late > :not(.loading)');
      const run = page.getByRole('button', { name: 'Run' });
      if (await run.isVisible()) {
        await page.getByRole('button', { name: 'New file' }).click();
        await run.click();
        await page.waitForSelector('.output [data-code="0"]');
      }
      expect(await violations(page, rules), view).toEqual([]);
    }
    await page.context().close();
  });

  test('nothing is wider than a phone of 320 pixels', async () => {
    const page = await site().page('', { viewport: { width: 320, height: 640 } });
    await shownNs(page);
    const width = () => page.evaluate(() => document.documentElement.scrollWidth);
    for (const tab of TABS) {
      await page.locator(`#tab-${tab}`).click();
      await page.waitForSelector('#tab-panel > :not(.loading)');
      expect(await width(), tab).toBe(320);
    }
    for (const view of VIEWS) {
      await page.getByRole('navigation').getByRole('button', { name: view }).click();
      await page.waitForSelector('.late > :not(.loading)');
      expect(await width(), view).toBe(320);
    }
    await page.context().close();
  });
}
