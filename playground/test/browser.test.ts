import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collectiveCases } from './cases/collective.js';
import { deskCases } from './cases/desk.js';
import { draggingCases } from './cases/dragging.js';
import { loadingCases } from './cases/loading.js';
import { viewCases } from './cases/views.js';
import { CHROMIUM, hasChromium, Site } from './support/site.js';

// One build, one server and one browser for all cases.
/** A page that hangs must not keep the rest from being told. */
const PATIENCE_MS = 120_000;

function inBrowser(): void {
  let site: Site;
  beforeAll(async () => {
    site = await Site.open();
  });
  afterAll(() => site?.close());
  const at = () => site;
  loadingCases(at);
  collectiveCases(at);
  draggingCases(at);
  viewCases(at);
  deskCases(at);

  test('no page has complained on the console', () => {
    expect(site.errors).toEqual([]);
  });
}

if (hasChromium) describe('in a browser', { timeout: PATIENCE_MS }, inBrowser);
else {
  test('without a browser', () => {
    console.log(`no ${CHROMIUM}: the tests of the playground in a browser are passed over`);
  });
}
