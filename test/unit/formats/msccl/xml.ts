/** A step in short: `['rrc', 'i0', 'i0']`, then chunks, and `[tb, step]` that it waits for. */
export type ShortStep = readonly [
  type: string,
  source?: string | undefined,
  target?: string | undefined,
  more?: More | undefined,
];

interface More {
  readonly count?: number;
  readonly after?: readonly [number, number];
}

export interface ShortBlock {
  readonly send?: number;
  readonly recv?: number;
  readonly channel?: number;
  readonly steps: readonly ShortStep[];
}

export interface ShortAlgorithm {
  readonly collective: string;
  readonly ranks: number;
  readonly chunks: number;
  readonly inPlace?: boolean;
  /** Chunks of input, output, scratch. */
  readonly buffers: readonly [number, number, number];
  readonly blocks: (rank: number) => readonly ShortBlock[];
}

/** An algorithm in MSCCL's XML format. */
export function mscclXml({ collective, ranks, chunks, inPlace = false, buffers, blocks }: ShortAlgorithm): string {
  const gpus = Array.from({ length: ranks }, (_, rank) => {
    const all = blocks(rank);
    const awaited = new Set(all.flatMap(({ steps }) => steps.map(([, , , more]) => more?.after?.join(' '))));
    const tbs = all.map(({ send = -1, recv = -1, channel = 0, steps }, tb) => {
      const lines = steps.map(([type, source = 'i-1', target = 'o-1', { count = 1, after = [-1, -1] } = {}], s) => {
        const from = `srcbuf="${source[0]}" srcoff="${source.slice(1)}"`;
        const to = `dstbuf="${target[0]}" dstoff="${target.slice(1)}"`;
        const tells = awaited.has(`${tb} ${s}`) ? 1 : 0;
        const waits = `depid="${after[0]}" deps="${after[1]}" hasdep="${tells}"`;
        return `      <step s="${s}" type="${type}" ${from} ${to} cnt="${count}" ${waits}/>`;
      });
      return [`    <tb id="${tb}" send="${send}" recv="${recv}" chan="${channel}">`, ...lines, '    </tb>'].join('\n');
    });
    const [i, o, s] = buffers;
    return [`  <gpu id="${rank}" i_chunks="${i}" o_chunks="${o}" s_chunks="${s}">`, ...tbs, '  </gpu>'].join('\n');
  });
  const head = `name="test" nchunksperloop="${chunks}" nchannels="1" proto="Simple" ngpus="${ranks}" coll="${collective}"`;
  return [`<algo ${head} inplace="${inPlace ? 1 : 0}">`, ...gpus, '</algo>', ''].join('\n');
}
