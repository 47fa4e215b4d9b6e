import { simulateAllReduce, simulateCollective } from 'astra-sim-ts';
import { expect, test } from 'vitest';
import { type Site, shownNs } from '../support/site.js';

const FIRST = {
  topology: 'ring(8, 600 GB/s, 500 ns) x switch(4, 50 GB/s, 2 us)',
  size: '64 MiB',
  splits: 8,
} as const;

/** Network, collective and result. */
export function collectiveCases(site: () => Site): void {
  test('shows what the library computes', async () => {
    const page = await site().page();
    expect(await shownNs(page)).toBe(simulateAllReduce(FIRST).timeNs);
    await page.context().close();
  });

  test('a change is simulated, and is in the link; the link gives the same page', async () => {
    const page = await site().page();
    await page.getByLabel('Size per NPU').fill('1 GB');
    await page.getByLabel('Operation').selectOption('reduce-scatter');
    await page.getByLabel('0: ring(8)').selectOption('direct');
    await page.locator('[data-path="topology[1].npus"]').fill('16');
    const expected = simulateCollective({
      ...FIRST,
      collective: 'reduce-scatter',
      topology: FIRST.topology.replace('(4,', '(16,'),
      size: '1 GB',
      algorithms: ['direct', 'ring'],
    }).timeNs;
    await page.waitForFunction(
      (ns) => document.querySelector('.figures small')?.textContent === ns,
      `${expected.toLocaleString('en-US')} ns`,
    );
    const link = page.url();
    expect(link).toContain(
      '#v1&net=ring(8,600_GB/s,500_ns)_x_switch(16,50_GB/s,2_us)&op=reduce-scatter&size=1_GB&alg=direct,ring',
    );

    const other = await site().page(new URL(link).hash);
    expect(await shownNs(other)).toBe(expected);
    const fields = (one: typeof page) =>
      one.evaluate(() =>
        [...document.querySelectorAll<HTMLInputElement>('.inputs input, .inputs select')].map(({ value, checked }) => [
          value,
          checked,
        ]),
      );
    expect(await fields(other)).toEqual(await fields(page));
    await page.context().close();
    await other.context().close();
  });

  test('a link that cannot be read is said to be so, and what can be read is shown', async () => {
    const page = await site().page('#v1&size=2_MiB&op=all-broken&colour=red&net=ring(8');
    const text = await page.locator('.complaints').innerText();
    for (const part of ['op', 'all-broken', 'colour', 'ring(8']) expect(text).toContain(part);
    expect(await shownNs(page)).toBe(simulateAllReduce({ ...FIRST, size: '2 MiB' }).timeNs);
    await page.context().close();
  });

  test('half-typed and absurd input is answered in place, in words', async () => {
    const page = await site().page();
    await shownNs(page);
    await page.locator('[data-path="topology[0].bandwidth"]').fill('600 G');
    await page.waitForSelector('.failed');
    expect(await page.locator('.row .issue').innerText()).toMatch(/^Expected .*"600 GB\/s".*, got "600 G"/);
    await page.locator('[data-path="topology[0].bandwidth"]').fill('600 GB/s');
    await page.locator('[data-path="topology[0].npus"]').fill('1000000000');
    await shownNs(page);
    await page.locator('[data-path="splits"]').fill('1e9');
    await page.waitForSelector('.failed');
    expect(await page.locator('.failed').innerText()).toContain('splits');
    await page.context().close();
  });

  test('a long simulation shows its progress, can be cancelled, and the next one runs', async () => {
    const page = await site().page(
      '#v1&net=ring(4096,600_GB/s,500_ns)&links=queue&order=themis&splits=4&alg=halving-doubling&size=1_GB',
    );
    const cancel = page.locator('.result').getByRole('button', { name: 'Cancel' });
    await cancel.click();
    await page.getByText('Cancelled. Change something to simulate again.').waitFor();
    await page.locator('[data-path="topology[0].npus"]').fill('16');
    expect(await shownNs(page)).toBeGreaterThan(0);
    await page.context().close();
  });

  test('everything can be done with the keyboard', async () => {
    const page = await site().page();
    await shownNs(page);
    // The handle of dimension 0: down moves it behind the switch, and the focus stays with it.
    await page.locator('[data-row="0"] .handle').focus();
    await page.keyboard.press('ArrowDown');
    await page.waitForFunction(() => document.activeElement?.closest('[data-row]')?.getAttribute('data-row') === '1');
    expect(await page.locator('[data-path="topology[0].kind"]').inputValue()).toBe('switch');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.locator('.row').count()).toBe(1);
    const size = page.getByLabel('Size per NPU');
    for (let presses = 0; presses < 60; presses++) {
      if (await size.evaluate((field) => field === document.activeElement)) break;
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Control+A');
    await page.keyboard.type('8 MiB');
    const expected = simulateAllReduce({ topology: 'switch(4, 50 GB/s, 2 us)', size: '8 MiB', splits: 8 }).timeNs;
    await page.waitForFunction(
      (ns) => document.querySelector('.figures small')?.textContent === ns,
      `${expected.toLocaleString('en-US')} ns`,
    );
    await page.context().close();
  });
}
