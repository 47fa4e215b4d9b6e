import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

export const CHROMIUM = '/usr/bin/chromium';
export const hasChromium = existsSync(CHROMIUM);

const root = fileURLToPath(new URL('../../..', import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
const ARGUMENTS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** The built page on a server of its own, below a path, and a browser. */
export class Site {
  readonly folder: string;
  readonly address: string;
  /** What any page has written to its console as an error, or thrown. */
  readonly errors: string[] = [];
  /** Whether the folder is this site's own, and goes with it. */
  readonly #isOwn: boolean;
  readonly #server: Server;
  readonly #browser: Browser;

  private constructor(folder: string, isOwn: boolean, server: Server, browser: Browser) {
    this.folder = folder;
    this.#isOwn = isOwn;
    this.#server = server;
    this.#browser = browser;
    this.address = `http://localhost:${(server.address() as AddressInfo).port}/some/where/`;
  }

  /** Builds the page. */
  static async open(): Promise<Site> {
    const folder = mkdtempSync(join(tmpdir(), 'playground-'));
    const vite = join(root, 'node_modules/vite/bin/vite.js');
    execFileSync(process.execPath, [vite, 'build', 'playground', '--outDir', folder, '--logLevel', 'error'], {
      cwd: root,
      // Of the test runner, it would make a page for developing.
      env: { ...process.env, NODE_ENV: 'production' },
    });
    return Site.of(folder, true);
  }

  /** A built page that is there already. */
  static async of(folder: string, isOwn = false): Promise<Site> {
    const server = createServer(({ url = '' }, response) => {
      const path = new URL(url, 'http://localhost').pathname.replace(/^\/some\/where\//, '');
      const file = join(folder, path === '' ? 'index.html' : path);
      if (!existsSync(file)) response.writeHead(404).end();
      else response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'text/plain' }).end(readFileSync(file));
    });
    await new Promise<void>((resolve) => server.listen(0, resolve));
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
    return new Site(folder, isOwn, server, browser);
  }

  /** A fresh browser profile with the page in it. */
  async page(hash = '', options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    page.on('pageerror', ({ message }) => this.errors.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.errors.push(message.text());
    });
    await page.goto(this.address + hash);
    return page;
  }

  /** Takes the network away. */
  stopServer(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.stopServer();
    if (this.#isOwn) rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The time that the result shows, in ns; waits for it to be worked out. */
export async function shownNs(page: Page): Promise<number> {
  await page.waitForSelector('.result[aria-busy="false"] .figures');
  const text = await page.locator('.figures small').first().innerText();
  return Number(text.replace(/ ns$/, '').replaceAll(',', ''));
}
