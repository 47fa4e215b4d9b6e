import { batch, computed, effect, signal } from '@preact/signals';
import type { CollectiveSpec } from 'astra-sim-ts';
import type { Patch } from '../worker/protocol.js';
import { hashOf, MOST_LENGTH, readHash } from './hash.js';
import type { Page, Row } from './page.js';
import { Question } from './question.js';
import { specOf } from './spec.js';

const first = readHash(location.hash);

export const page = signal<Page>(first.page);
/** Complaints about the link. */
export const complaints = signal<readonly string[]>(first.complaints);
/** The last action, for a screen reader. */
export const announcement = signal('');

export function change(part: Partial<Page>): void {
  batch(() => {
    // From here on the link follows the page.
    complaints.value = [];
    page.value = { ...page.peek(), ...part };
  });
}

export function changeRow(index: number, part: Partial<Row>): void {
  change({ rows: page.peek().rows.map((row, i) => (i === index ? { ...row, ...part } : row)) });
}

/** Most dimensions on the page. */
export const MOST_ROWS = 8;

export function addRow(): void {
  const { rows } = page.peek();
  const last = rows.at(-1) as Row;
  change({ rows: [...rows, { ...last, kind: 'switch', npus: '2', algorithm: 'ring' }] });
}

export function removeRow(index: number): void {
  change({ rows: page.peek().rows.filter((_, i) => i !== index) });
}

export function moveRow(from: number, to: number): void {
  const { rows } = page.peek();
  if (from === to || to < 0 || to >= rows.length) return;
  const rest = rows.filter((_, i) => i !== from);
  change({ rows: [...rest.slice(0, to), rows[from] as Row, ...rest.slice(to)] });
  announcement.value = `Dimension ${from} is dimension ${to} now`;
}

/** Changes fields, and parts of dimensions. */
export function applyPatch({ fields, rows }: Patch): void {
  const parts = new Map(rows);
  change({ ...fields, rows: page.peek().rows.map((row, i) => ({ ...row, ...parts.get(i) })) });
}

// The link

/** Whether the page exceeds a link: the address then stays unchanged. */
export const isTooLong = signal(false);

effect(() => {
  const hash = `#${hashOf(page.value)}`;
  isTooLong.value = hash.length > MOST_LENGTH;
  if (isTooLong.peek()) return;
  // The default page needs no link, and a bad link stays until something changes.
  const plain = hash === '#v1' && location.hash === '';
  if (!plain && hash !== location.hash && complaints.peek().length === 0) history.replaceState(null, '', hash);
});

/** Counts links followed on the open page. */
export const visits = signal(0);

export function followLink(): void {
  const { page: read, complaints: found } = readHash(location.hash);
  batch(() => {
    complaints.value = found;
    page.value = read;
    visits.value++;
  });
}

// The result

/** Compared as text, so that the same question is not asked again. */
const specText = computed(() => JSON.stringify(specOf(page.value)));
export const spec = computed(() => JSON.parse(specText.value) as CollectiveSpec);

export const result = new Question('collective');
/** The same in the other network model. */
export const other = new Question('collective');

/** Most events for an unrequested second simulation: about half a second. */
const MOST_EVENTS = 2_000_000;

effect(() => {
  const asked = spec.value;
  if (page.value.view !== 'collective') return;
  other.clear();
  result.ask(asked, (found) => {
    const network =
      found === undefined || asked.network === 'congestion-unaware' ? 'congestion-aware' : 'congestion-unaware';
    other.ask({ ...asked, network, maxEvents: MOST_EVENTS });
  });
});
