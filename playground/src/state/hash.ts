import type { DimensionKind } from 'astra-sim-ts';
import type { PageFile } from '../terminal/protocol.js';
import { choicesOf, FIELD_NAMES, FIRST_PAGE, type Page, type Row } from './page.js';

const VERSION = 'v1';
const KINDS: readonly string[] = ['ring', 'switch', 'fully-connected'] satisfies DimensionKind[];
/** More than anybody draws; longer links would only keep the page busy. */
const MOST_ROWS = 16;
const MOST_FILES = 64;
/** Length that every browser accepts. */
export const MOST_LENGTH = 60_000;

/** A page from a link, and complaints about its useless parts. */
export interface ReadPage {
  readonly page: Page;
  readonly complaints: readonly string[];
}

/**
 * The page as the part of an address after `#`: a version, then every field that differs from its
 * default. `v1&net=ring(8,600_GB/s,500_ns)_x_switch(4,50_GB/s,2_us)&size=1_GiB`.
 */
export function hashOf(page: Page): string {
  const parts = FIELD_NAMES.filter((name) => page[name] !== FIRST_PAGE[name]).map(
    (name) => `${name}=${escaped(page[name], '')}`,
  );
  const net = netOf(page.rows);
  if (net !== netOf(FIRST_PAGE.rows)) parts.unshift(`net=${net}`);
  const algorithms = algorithmsOf(page.rows);
  if (algorithms !== algorithmsOf(FIRST_PAGE.rows)) parts.push(`alg=${algorithms}`);
  for (const { name, text } of page.files) parts.push(`file=${escaped(name, ':')}:${escaped(text, '')}`);
  return [VERSION, ...parts].join('&');
}

/** Reads {@link hashOf} back. Unreadable fields keep their defaults and cause complaints. */
export function readHash(hash: string): ReadPage {
  const text = hash.replace(/^#/, '');
  if (text === '') return { page: FIRST_PAGE, complaints: [] };
  const [version, ...parts] = text.split('&');
  if (text.length > MOST_LENGTH) return useless('it is too long');
  if (version !== VERSION) return useless(`it begins with “${clip(version ?? '')}”, not with ${VERSION}`);
  const complaints: string[] = [];
  const values: Record<string, string> = {};
  let rows: readonly Row[] | undefined;
  let algorithms: readonly string[] = [];
  const files: PageFile[] = [];
  for (const part of parts) {
    const at = part.indexOf('=');
    const [name, raw] = at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
    if (name === 'net') {
      rows = rowsOf(raw);
      if (rows === undefined) complaints.push(`“net=${clip(raw)}” is no list of dimensions`);
    } else if (name === 'alg') algorithms = raw.split(',').map(unescaped);
    else if (name === 'file' && files.length < MOST_FILES) files.push(fileOf(raw));
    else if (!(FIELD_NAMES as readonly string[]).includes(name))
      complaints.push(`“${clip(name)}” is no field of this page`);
    else {
      const value = unescaped(raw);
      const choices = choicesOf(name as (typeof FIELD_NAMES)[number]);
      if (choices === undefined || choices.includes(value)) values[name] = value;
      else complaints.push(`“${name}” is one of ${choices.join(', ')}, not “${clip(value)}”`);
    }
  }
  const chosen = (rows ?? FIRST_PAGE.rows).map((row, i) => {
    const algorithm = algorithms[i];
    return algorithm === undefined || algorithm === '' ? row : { ...row, algorithm };
  });
  return { page: { ...FIRST_PAGE, ...values, rows: chosen, files }, complaints };
}

function useless(why: string): ReadPage {
  return { page: FIRST_PAGE, complaints: [`${why}: the page is shown as it is without a link`] };
}

function netOf(rows: readonly Row[]): string {
  const part = (text: string) => escaped(text, '(),');
  return rows
    .map(({ kind, npus, bandwidth, latency }) => `${kind}(${[npus, bandwidth, latency].map(part).join(',')})`)
    .join('_x_');
}

/** `NAME:TEXT`. */
function fileOf(raw: string): PageFile {
  const at = raw.indexOf(':');
  if (at < 0) return { name: unescaped(raw), text: '' };
  return { name: unescaped(raw.slice(0, at)), text: unescaped(raw.slice(at + 1)) };
}

function algorithmsOf(rows: readonly Row[]): string {
  return rows.map(({ algorithm }) => escaped(algorithm, ',')).join(',');
}

function rowsOf(raw: string): readonly Row[] | undefined {
  const parts = raw.split('_x_');
  if (parts.length > MOST_ROWS) return undefined;
  const rows = parts.map((part): Row | undefined => {
    const [, kind = '', list = ''] = /^([a-z-]+)\(([^()]*)\)$/.exec(part) ?? [];
    const [npus, bandwidth, latency, ...more] = list.split(',').map(unescaped);
    if (!KINDS.includes(kind) || latency === undefined || more.length > 0) return undefined;
    return {
      ...{ kind: kind as DimensionKind, npus: npus as string, bandwidth: bandwidth as string },
      ...{ latency, algorithm: 'ring' },
    };
  });
  return rows.includes(undefined) ? undefined : (rows as Row[]);
}

/** Characters that a link holds unescaped; a space becomes _. */
const PLAIN = /[A-Za-z0-9.~/:;,()*!@$'+-]/;

function escaped(text: string, also: string): string {
  return Array.from(text, (one) => {
    if (one === ' ') return '_';
    return PLAIN.test(one) && !also.includes(one) ? one : percent(one);
  }).join('');
}

/** encodeURIComponent leaves some signs unescaped, and throws at half a character. */
function percent(one: string): string {
  return Array.from(
    new TextEncoder().encode(one),
    (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
}

function unescaped(text: string): string {
  const spaced = text.replaceAll('_', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

function clip(text: string): string {
  const whole = unescaped(text);
  return whole.length > 40 ? `${whole.slice(0, 37)}...` : whole;
}
