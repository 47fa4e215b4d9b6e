import { effect, signal } from '@preact/signals';
import { change, page } from './store.js';

/** Whole ns from a link, if valid. */
function read(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** The time that timeline and animation share, ns. */
export const cursorNs = signal(read(page.peek().at));

/** How long the cursor must rest before the link includes it, ms. */
const STILL_MS = 250;

let waiting: ReturnType<typeof setTimeout> | undefined;
effect(() => {
  const ns = cursorNs.value;
  const at = ns === undefined ? '' : String(Math.round(ns));
  clearTimeout(waiting);
  if (at === page.peek().at) return;
  waiting = setTimeout(() => change({ at }), STILL_MS);
});

let linked = page.peek().at;
effect(() => {
  const { at } = page.value;
  if (at === linked) return;
  linked = at;
  const now = cursorNs.peek();
  // A link that the cursor wrote does not move it.
  if (now === undefined || String(Math.round(now)) !== at) cursorNs.value = read(at);
});
