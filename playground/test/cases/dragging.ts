import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { type Site, shownNs } from '../support/site.js';

const THREE = '#v1&net=ring(2,600_GB/s,500_ns)_x_fully-connected(4,100_GB/s,700_ns)_x_switch(8,50_GB/s,2_us)';

const order = (page: Page) =>
  page
    .locator('[data-path$=".npus"]')
    .evaluateAll((fields) => fields.map((field) => (field as HTMLInputElement).value));

const middleOf = async (page: Page, selector: string) => {
  const { x, y, width, height } = (await page.locator(selector).boundingBox()) as {
    x: number;
    y: number;
    width: number;
    height: number;
  };
  return { x: x + width / 2, y: y + height / 2 };
};

/** Points of a straight way, its end last. */
function way(from: { x: number; y: number }, toY: number) {
  return Array.from({ length: 10 }, (_, i) => ({ x: from.x, y: from.y + ((toY - from.y) * (i + 1)) / 10 }));
}

/** Dimensions are put in another order by dragging them. */
export function draggingCases(site: () => Site): void {
  test('a dimension is dragged behind the others with the mouse, and back before them', async () => {
    const page = await site().page(THREE);
    const before = await shownNs(page);
    const handle = await middleOf(page, '[data-row="0"] .handle');
    const last = await middleOf(page, '[data-row="2"]');
    await page.mouse.move(handle.x, handle.y);
    await page.mouse.down();
    for (const { x, y } of way(handle, last.y)) await page.mouse.move(x, y);
    await page.mouse.up();
    expect(await order(page)).toEqual(['4', '8', '2']);
    await page.waitForFunction(() => location.hash.includes('fully-connected(4,100_GB/s,700_ns)_x_switch(8'));
    // The focus goes with it, and a mouse that moves on moves nothing more.
    await page.waitForFunction(() => document.activeElement?.closest('[data-row]')?.getAttribute('data-row') === '2');
    await page.mouse.move(handle.x, handle.y);
    expect(await order(page)).toEqual(['4', '8', '2']);

    const now = await middleOf(page, '[data-row="2"] .handle');
    const first = await middleOf(page, '[data-row="0"]');
    await page.mouse.move(now.x, now.y);
    await page.mouse.down();
    for (const { x, y } of way(now, first.y)) await page.mouse.move(x, y);
    await page.mouse.up();
    expect(await order(page)).toEqual(['2', '4', '8']);
    await page.waitForFunction(
      (ns) => document.querySelector('.figures small')?.textContent === ns,
      `${before.toLocaleString('en-US')} ns`,
    );
    await page.context().close();
  });

  test('a dimension is dragged with a finger, and the page does not scroll meanwhile', async () => {
    const page = await site().page(THREE, { hasTouch: true, viewport: { width: 400, height: 800 } });
    await shownNs(page);
    await page.locator('[data-row="1"]').scrollIntoViewIfNeeded();
    const scrolled = await page.evaluate(() => scrollY);
    const handle = await middleOf(page, '[data-row="0"] .handle');
    const target = await middleOf(page, '[data-row="1"]');
    const touch = await page.context().newCDPSession(page);
    const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', touchPoints: { x: number; y: number }[]) =>
      touch.send('Input.dispatchTouchEvent', { type, touchPoints });
    await send('touchStart', [handle]);
    for (const point of way(handle, target.y)) await send('touchMove', [point]);
    await send('touchEnd', []);
    await page.waitForFunction(() => location.hash.startsWith('#v1&net=fully-connected(4'));
    expect(await order(page)).toEqual(['4', '2', '8']);
    expect(await page.evaluate(() => scrollY)).toBe(scrolled);
    await page.context().close();
  });
}
