import { EVENT_ID, type Event, getScalarValue } from 'js-yaml';

/** A list or map that is being read; a document is the outermost. */
interface Open {
  /** Of a map: its keys so far. */
  readonly keys?: Set<string>;
  readonly anchor: string;
  /** Values in it, aliases written out. */
  values: number;
  /** Of a map: whether the next value is a key. */
  atKey: boolean;
}

/** What a parser of YAML lets pass and its readers should know. */
export interface Oddities {
  /** Where in the text the second key of a name begins, for each. */
  readonly keysThatStandTwice: readonly number[];
  /** Values in the text when every alias is written out; infinite where one stands within what it names. */
  readonly values: number;
}

/** Looks through what `parseEvents` found in a text. */
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
    // Until it ends an anchor stands for no end of values: an alias within refers to what it is in.
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
