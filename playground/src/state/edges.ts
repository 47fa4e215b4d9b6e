import type { EdgeListSpec } from 'astra-sim-ts/topology';

/** `0 - 1, 25 GB/s, 500 ns`: devices, `-` for a link each way or `->` for one, bandwidth, latency. */
const LINE = /^\s*([\w.]+)\s*(->|-)\s*([\w.]+)\s*,([^,]*),([^,]*)$/;

/**
 * Links as people type them, one per line; `#` begins a comment. Numbers are NPUs, names
 * switches. An invalid line becomes a link that the library refuses, so that the error
 * names it.
 */
export function readEdges(text: string): EdgeListSpec {
  const switches = new Set<string>();
  let npus = 0;
  const device = (name: string): number | string => {
    if (/^\d{1,9}$/.test(name)) {
      npus = Math.max(npus, Number(name) + 1);
      return Number(name);
    }
    switches.add(name);
    return name;
  };
  const lines = text
    .split('\n')
    .map((line) => line.replace(/#.*/, ''))
    .filter((line) => line.trim() !== '');
  const links = lines.map((line) => {
    const [, from, arrow, to, bandwidth, latency] = LINE.exec(line) ?? [];
    if (from === undefined || to === undefined) return line.trim() as unknown as EdgeListSpec['links'][number];
    const both = arrow === '-';
    return {
      ...{ from: device(from), to: device(to), both },
      ...{ bandwidth: (bandwidth ?? '').trim(), latency: (latency ?? '').trim() },
    };
  });
  return { npus, switches: [...switches], links };
}
