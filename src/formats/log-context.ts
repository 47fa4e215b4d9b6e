import type { MeasuredCollective, MeasuredTable } from '../costs/calibrate/measured-table.js';

const NAMES: Readonly<Record<string, MeasuredCollective>> = {
  all_reduce: 'all-reduce',
  allreduce: 'all-reduce',
  all_gather: 'all-gather',
  allgather: 'all-gather',
  reduce_scatter: 'reduce-scatter',
  alltoall: 'all-to-all',
  all_to_all: 'all-to-all',
  broadcast: 'broadcast',
  bcast: 'broadcast',
  reduce: 'reduce',
  gather: 'gather',
  scatter: 'scatter',
  sendrecv: 'send-receive',
};

/** Keys of plain tables, which precede the header. */
const KEYS: readonly string[] = [
  'name',
  'collective',
  'gpu',
  'nodes',
  'gpusPerNode',
  'ranks',
  'intra',
  'inter',
  'software',
  'algorithm',
  'dtype',
  'note',
];

/** The collective in the name of an nccl-tests program or the title of an OSU benchmark. */
export function collectiveIn(line: string): MeasuredCollective | undefined {
  const program = /\b([a-z]+(?:_[a-z]+)*)_perf\b/.exec(line)?.[1];
  if (program !== undefined) return NAMES[program];
  const title = /\bOSU\b.{0,40}?\b([A-Za-z_]+) Latency/.exec(line)?.[1];
  return title === undefined ? undefined : NAMES[title.toLowerCase()];
}

/** Information about a run, from the lines before its table. */
export class LogContext {
  private collective: MeasuredCollective | undefined;
  private readonly info = new Map<string, string>();
  private readonly hosts = new Set<string>();
  private devices = 0;
  /** Whether a table has used it: the next line about a run then starts a new one. */
  private taken = false;

  /** Reads a line; ignores lines that say nothing about a run. */
  read(line: string): void {
    const mark = line.indexOf('#');
    if (mark >= 0) {
      const text = line.slice(mark + 1).trim();
      if (text.startsWith('nThread ')) this.renew();
      const device = /^Rank +\d+ .*?\bon +(\S+) +device +\d+ +\[[^\]]*\] *(.*)$/.exec(text);
      if (device !== null) this.addDevice(device[1] as string, device[2] as string);
      const colon = text.indexOf(': ');
      const key = text.slice(0, Math.max(0, colon));
      if (KEYS.includes(key)) {
        this.renew();
        this.info.set(key, text.slice(colon + 2).trim());
      }
    }
    const collective = collectiveIn(line);
    if (collective !== undefined) {
      this.renew();
      this.collective = collective;
    }
  }

  /** Everything about a table except its rows. */
  describe(number: number): Omit<MeasuredTable, 'rows'> {
    this.taken = true;
    const info = Object.fromEntries(this.info);
    const collective = this.collective ?? NAMES[(info['collective'] ?? '').replaceAll('-', '_')];
    const ranks = countIn(info['ranks']) ?? (this.devices > 0 ? this.devices : undefined);
    const nodes = countIn(info['nodes']) ?? (this.devices > 0 ? this.hosts.size : undefined);
    const even = ranks !== undefined && nodes !== undefined && ranks % nodes === 0 ? ranks / nodes : undefined;
    const gpusPerNode = countIn(info['gpusPerNode']) ?? even;
    return {
      name: info['name'] ?? `${collective ?? 'table'} ${number}`,
      ...(collective === undefined ? {} : { collective }),
      ...(ranks === undefined ? {} : { ranks }),
      ...(nodes === undefined ? {} : { nodes }),
      ...(gpusPerNode === undefined ? {} : { gpusPerNode }),
      measured: /\bonly the in-place column\b/.test(info['note'] ?? '') ? 'in-place' : 'out-of-place',
      info,
    };
  }

  private addDevice(host: string, gpu: string): void {
    this.renew();
    this.devices++;
    this.hosts.add(host);
    if (gpu !== '') this.info.set('gpu', gpu.trim());
  }

  private renew(): void {
    if (!this.taken) return;
    this.taken = false;
    // The program's name may appear once above several runs.
    this.info.clear();
    this.hosts.clear();
    this.devices = 0;
  }
}

function countIn(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}
