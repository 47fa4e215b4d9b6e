import { EVENT_ID, type Event, getScalarValue } from 'js-yaml';

/** An open list or map; the document is the outermost. */
interface Open {
  /** The keys of a map so far. */
  readonly keys?: Set<string>;
  readonly anchor: string;
  /** Number of values in it, with aliases expanded. */
  values: number;
  /** Whether a map's next value is a key. */
  atKey: boolean;
}

/** What a YAML parser accepts but its callers should know. */
export interface Oddities {
  /** Where in the text each duplicate key begins. */
  readonly keysThatStandTwice: readonly number[];
  /** Number of values in the text with all aliases expanded; infinite if an alias is within its own anchor. */
  readonly values: number;
}

/** Finds oddities in the events of `parseEvents`. */
export function oddities(events: readonly Event[], text: string): Oddities {
  const keysThatStandTwice: number[] = [];
  /** Values below an anchor. */
  const below = new Map<string, number>();
  const open: Open[] = [];
  let values = 0;

  const add = (count: number, key?: { readonly name: string; readonly at: number }) => {
    const within = open.at(-1);
    if (within === undefined) {
      values += count;
      return;
    }
    within.values += count;
    if (within.keys === undefined) return;
    if (within.atKey && key !== undefined) {
      if (within.keys.has(key.name)) keysThatStandTwice.push(key.at);
      within.keys.add(key.name);
    }
    within.atKey = !within.atKey;
  };
  const begin = (anchor: string, keys?: Set<string>) => {
    // Until its end an anchor counts as infinite, because an alias within it refers to itself.
    if (anchor !== '') below.set(anchor, Number.POSITIVE_INFINITY);
    open.push({ anchor, values: 1, atKey: true, ...(keys === undefined ? {} : { keys }) });
  };

  for (const event of events) {
    const anchor =
      'anchorStart' in event ? text.slice(Math.max(0, event.anchorStart), Math.max(0, event.anchorEnd)) : '';
    if (event.type === EVENT_ID.DOCUMENT || event.type === EVENT_ID.SEQUENCE) begin(anchor);
    else if (event.type === EVENT_ID.MAPPING) begin(anchor, new Set());
    else if (event.type === EVENT_ID.ALIAS) add(below.get(anchor) ?? 1);
    else if (event.type === EVENT_ID.SCALAR) {
      if (anchor !== '') below.set(anchor, 1);
      add(1, { name: getScalarValue(text, event), at: event.valueStart });
    } else {
      const ended = open.pop();
      if (ended === undefined) continue;
      if (ended.anchor !== '') below.set(ended.anchor, ended.values);
      add(ended.values);
    }
  }
  return { keysThatStandTwice, values };
}
