import { explainCollective, simulateAllReduce, simulateCollective } from 'astra-sim-ts';
import { simulateTraining } from 'astra-sim-ts/training';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { Site } from '../support/site.js';

const FIRST = {
  topology: 'ring(8, 600 GB/s, 500 ns) x switch(4, 50 GB/s, 2 us)',
  size: '64 MiB',
  splits: 8,
} as const;

const LOG = `# Using devices
${Array.from({ length: 8 }, (_, rank) => `#  Rank  ${rank} Group  0 Pid   1000 on     node0 device  ${rank} [0x07] NVIDIA A100\n`).join('')}# nThread 1 nGpus 8 minBytes 1048576 maxBytes 4194304 step: 2(factor) warmup iters: 5 iters: 20
#                                                              out-of-place                       in-place
#       size         count      type   redop    root     time   algbw   busbw #wrong     time   algbw   busbw #wrong
#        (B)    (elements)                               (us)  (GB/s)  (GB/s)            (us)  (GB/s)  (GB/s)
     1048576        262144     float     sum      -1    50.00   20.97   36.70      0    50.00   20.97   36.70      0
     2097152        524288     float     sum      -1    60.00   34.95   61.17      0    60.00   34.95   61.17      0
     4194304       1048576     float     sum      -1    80.00   52.43   91.75      0    80.00   52.43   91.75      0
`;

const panel = (page: Page) => page.locator('#tab-panel');

/** Drops a file of some copies of a text. */
async function drop(page: Page, text: string, copies: number): Promise<void> {
  await page.evaluate(
    ([part, often]) => {
      const blob = new Blob([part]);
      const transfer = new DataTransfer();
      transfer.items.add(new File(new Array<Blob>(often).fill(blob), 'all_reduce.log'));
      document
        .querySelector('.drop')
        ?.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
    },
    [text, copies] as const,
  );
}

/** What is below the result. */
export function viewCases(site: () => Site): void {
  test('timeline: the keys lead from phase to phase, and each says why it begins then', async () => {
    const page = await site().page();
    await page.locator('canvas[role="application"]').focus();
    for (const key of ['ArrowRight', 'ArrowDown', 'ArrowRight']) await page.keyboard.press(key);
    const { timeline = [] } = simulateCollective({ ...FIRST, collective: 'all-reduce', timeline: true });
    const waited = (chunk: number) => {
      const [before, own] = [0, 1].map((phase) => timeline.find((one) => one.chunk === chunk && one.phase === phase));
      return (own?.startNs ?? 0) - (before?.endNs ?? 0);
    };
    const text = await panel(page).locator('.told').innerText();
    expect(text).toContain('Chunk 1, phase 2 of 3: all-reduce with ring, dimension 1: switch(4).');
    expect(text).toContain(
      `It was ready ${(waited(1) / 1000).toPrecision(3)} µs earlier, and waited until chunk 0 has left.`,
    );
    await page.context().close();
  });

  test('timeline: 100,000 phases are painted within a frame', async () => {
    const page = await site().page('#v1&splits=33334&size=1_GB');
    await page.getByText(/100,0\d\d phases/).waitFor();
    const frameMs = await page.evaluate(async () => {
      const canvas = document.querySelector('canvas[role="application"]') as HTMLCanvasElement;
      const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
      const times: number[] = [];
      let last = await frame();
      for (let i = 0; i < 60; i++) {
        canvas.dispatchEvent(
          new WheelEvent('wheel', { deltaY: i < 40 ? -120 : 100, clientX: 700, bubbles: true, cancelable: true }),
        );
        const now = await frame();
        times.push(now - last);
        last = now;
      }
      return times.sort((a, b) => a - b)[30] as number;
    });
    console.log(`timeline of 100,005 phases, zooming: ${(1000 / frameMs).toFixed(0)} frames a second`);
    // 50 a second where nothing else runs; a busy machine may be slower, a page that freezes is caught.
    expect(frameMs).toBeLessThan(200);
    await page.context().close();
  });

  test('advice: each change is a button that makes it, with the gain that it really has', async () => {
    const page = await site().page('#v1&tab=advice');
    const [best] = explainCollective({ ...FIRST, collective: 'all-reduce' }).variants.filter(({ change }) =>
      change.startsWith('twice the bandwidth of dimension 1'),
    );
    const button = panel(page).getByRole('button', { name: 'twice the bandwidth of dimension 1' });
    expect(await button.innerText()).toContain(`${best?.speedup.toFixed(2)} ×`);
    await button.click();
    await page.waitForFunction(
      (ns) => document.querySelector('.figures small')?.textContent === ns,
      `${best?.timeNs.toLocaleString('en-US')} ns`,
    );
    expect(await page.locator('[data-path="topology[1].bandwidth"]').inputValue()).toBe('100 GB/s');
    await page.context().close();
  });

  test('sizes: curves, and a log that is dropped beside them', async () => {
    const page = await site().page('#v1&tab=sizes&from=1_MiB&to=4_MiB&curves=yours');
    await panel(page).locator('path').waitFor();
    await drop(page, LOG, 1);
    await panel(page).locator('circle').nth(2).waitFor();
    await panel(page).getByText('The numbers in a table').click();
    const table = await panel(page).locator('table').innerText();
    const { timeNs } = simulateAllReduce({ ...FIRST, size: '4 MiB' });
    expect(table).toContain(`${Math.round(timeNs / 1000)} µs`);
    expect(table).toContain('80 µs · 91.8 GB/s');

    await drop(page, 'no table\n', 1);
    await panel(page).getByText('no header of one').waitFor();
    await page.context().close();
  });

  test('sizes: of a log of 2 GB the first part is read, and said so', async () => {
    const page = await site().page('#v1&tab=sizes');
    await page.waitForSelector('.drop');
    await drop(page, LOG.padEnd(1024 * 1024, '\n'), 2048);
    await panel(page).getByText('Only the first 4 MiB of its 2 GiB were read.').waitFor();
    await panel(page).locator('circle').nth(2).waitFor();
    await page.context().close();
  });

  test('what happens: step by step, in sync with the timeline', async () => {
    const page = await site().page('#v1&tab=messages&net=ring(4,100_GB/s,500_ns)&splits=1', {
      reducedMotion: 'reduce',
    });
    const step = panel(page).getByRole('button', { name: 'One step on' });
    const { messageTimeline = [] } = simulateAllReduce({
      topology: 'ring(4, 100 GB/s, 500 ns)',
      size: '64 MiB',
      splits: 1,
      messageTimeline: true,
    });
    const steps = [...new Set(messageTimeline.map(({ sentNs }) => sentNs))];
    expect(await panel(page).locator('output').innerText()).toBe(`${steps[0]} ns`);
    await panel(page).getByText('4 messages in flight').waitFor();
    await step.click();
    expect(await panel(page).locator('output').innerText()).toBe(`${Math.round((steps[1] ?? 0) / 1000)} µs`);
    await page.waitForFunction((at) => location.hash.includes(`at=${at}`), steps[1]);
    const other = await site().page(new URL(page.url()).hash);
    await panel(other).getByText('4 messages in flight').waitFor();
    expect(await panel(other).locator('output').innerText()).toBe(await panel(page).locator('output').innerText());
    await other.context().close();
    await panel(page).getByRole('button', { name: 'Play' }).click();
    await panel(page).getByRole('button', { name: 'Pause' }).click();
    await page.context().close();
  });

  test('compare: a league of all algorithms, in the link', async () => {
    const page = await site().page('#v1&tab=compare&net=ring(4,100_GB/s,500_ns)&size=1_MiB');
    await panel(page).getByRole('button', { name: 'Compare all algorithms' }).click();
    await panel(page).locator('.league tbody tr').nth(3).waitFor();
    expect(page.url()).toContain('league=yes');
    expect(await panel(page).locator('.league').innerText()).toContain('made for this network');
    await page.context().close();
  });

  test('compare: work that does not listen is cancelled too, and the next one runs', async () => {
    const page = await site().page('#v1&tab=compare&net=ring(8,100_GB/s,500_ns)_x_ring(8,100_GB/s,500_ns)&league=yes');
    await panel(page).getByRole('button', { name: 'Cancel' }).click();
    await panel(page).getByText('Cancelled. Change something').waitFor({ timeout: 5000 });
    await page.getByRole('button', { name: 'Remove dimension 1' }).click();
    await panel(page).locator('.league tbody tr').nth(3).waitFor();
    await page.context().close();
  });

  test('training: the step that the library computes, and a change of the plan', async () => {
    const page = await site().page('#v1&view=training&model=llama2-70b&cluster=dgx-h100_x_64&pipeline=4&batch=64');
    const options = { model: 'llama2-70b', cluster: 'dgx-h100 x 64' } as const;
    const plan = { tensor: 8, pipeline: 4, globalBatch: 64, recompute: 'full' } as const;
    const seconds = (ns: number) => `${Number((ns / 1e9).toPrecision(3))} s`;
    await page
      .getByText(seconds(simulateTraining({ ...options, plan }).stepNs), { exact: true })
      .first()
      .waitFor();
    await page.getByLabel('Recompute').first().selectOption('selective');
    await page
      .getByText(seconds(simulateTraining({ ...options, plan: { ...plan, recompute: 'selective' } }).stepNs), {
        exact: true,
      })
      .first()
      .waitFor();
    await page.locator('[data-path="plan.tensor"]').fill('7');
    await page.waitForSelector('.failed');
    await page.context().close();
  });
}
