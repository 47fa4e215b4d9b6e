import fc from 'fast-check';
import type { Collective } from '../../src/index.js';
import type { GroupAxis, WorkGraph, WorkNode } from '../../src/workload/index.js';

/** What a node of a random program does, before it is known who runs it. */
export interface Draft {
  readonly what:
    | 'compute'
    | 'collective'
    | 'exchange'
    | 'pair'
    | 'pipeline'
    | 'back'
    | 'hub'
    | 'memory'
    | 'marker'
    | 'replay';
  readonly dependsOn: readonly number[];
  readonly micros: number;
  readonly collective: Collective;
  readonly bytes: number;
  /** Along which dimension its groups and peers lie. */
  readonly along: number;
  /** Who takes part in a collective: all, or a group of a line, of a plane, of some of a line, or in the other order. */
  readonly who: 'all' | 'line' | 'plane' | 'some' | 'reversed';
  readonly involved: readonly boolean[] | null;
  readonly cpu: boolean;
  readonly priority: number;
}

/** Null nine times of ten. */
export function rarely<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });
}

const KINDS = ['compute', 'compute', 'compute', 'collective', 'collective', 'collective', 'exchange', 'pair'] as const;
const RARE = ['pipeline', 'back', 'hub', 'memory', 'marker', 'replay'] as const;

const draftArb = (id: number): fc.Arbitrary<Draft> =>
  fc.record({
    what: fc.constantFrom(...KINDS, ...RARE),
    dependsOn: fc.uniqueArray(fc.nat(Math.max(0, id - 1)), { maxLength: id === 0 ? 0 : 3 }),
    micros: fc.nat(6),
    collective: fc.oneof(
      {
        weight: 9,
        arbitrary: fc.constantFrom<Collective[]>('all-reduce', 'all-gather', 'reduce-scatter', 'all-to-all'),
      },
      { weight: 1, arbitrary: fc.constantFrom<Collective[]>('broadcast', 'reduce', 'gather', 'scatter', 'alltoallv') },
    ),
    bytes: fc.constantFrom(64, 1024, 5000, 65536),
    along: fc.nat(2),
    who: fc.constantFrom('all', 'all', 'all', 'line', 'line', 'line', 'plane', 'some', 'reversed'),
    involved: rarely(fc.array(fc.boolean(), { minLength: 3, maxLength: 3 })),
    cpu: fc.boolean(),
    priority: fc.nat(2),
  });

export const programArb: fc.Arbitrary<readonly Draft[]> = fc
  .integer({ min: 1, max: 10 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, id) => draftArb(id))));

/** How programs become graphs. */
export interface Rendering {
  readonly sizes: readonly number[];
  /** Groups and peers as seen from the NPU. */
  readonly relative: boolean;
  /** How long computations take: small round numbers have many things happen at once. */
  readonly unitNs: number;
  readonly extraNs: number;
  /** All messages have one tag: they meet in order. */
  readonly oneTag: boolean;
}

/** Makes the graphs of NPUs from programs, and collects the groups that they name. */
export class Renderer {
  readonly groups: Record<string, number[] | GroupAxis[]> = {};
  private readonly how: Rendering;

  constructor(how: Rendering) {
    this.how = how;
  }

  axis(along: number): GroupAxis {
    const { sizes } = this.how;
    const d = along % sizes.length;
    return { stride: sizes.slice(0, d).reduce((product, size) => product * size, 1), size: sizes[d] as number };
  }

  coordinate(npu: number, along: number): number {
    const { stride, size } = this.axis(along);
    return Math.floor(npu / stride) % size;
  }

  graphOf(npu: number, program: readonly Draft[], slow: number): WorkGraph {
    return { nodes: program.flatMap((draft, id) => this.nodesOf(npu, draft, id, slow)) as WorkNode[] };
  }

  private nodesOf(npu: number, draft: Draft, id: number, slow: number): object[] {
    const { what, micros, bytes, along, cpu } = draft;
    const { unitNs, extraNs, oneTag } = this.how;
    const common = { id: 2 * id, name: `${what} ${id}`, dependsOn: draft.dependsOn.map((one) => 2 * one), ns: 1 };
    const ns = Math.max(1, (micros + (what === 'compute' ? slow : 0)) * unitNs + extraNs);
    const work = { ...common, kind: 'compute', ns };
    const transfer = (kind: string, step: number, dependsOn = common.dependsOn) => {
      const peer = this.peerOf(npu, along, step);
      return {
        ...common,
        id: kind === 'send' ? 2 * id : 2 * id + 1,
        dependsOn,
        kind,
        bytes,
        peer,
        tag: oneTag ? 0 : id,
        ...(kind === 'send' && cpu ? { beside: true } : {}),
      };
    };
    const { size } = this.axis(along);
    const here = this.coordinate(npu, along);
    switch (what) {
      case 'compute':
        return [{ ...work, cpu, operations: micros * 1000, bytes: (micros % 3) * bytes }];
      case 'memory':
      case 'replay':
        return [{ ...common, kind: what, bytes, ns }];
      case 'marker':
        return [{ ...common, kind: 'marker' }];
      case 'collective':
        return [this.collectiveOf(npu, draft, common) ?? work];
      case 'exchange':
        return [transfer('send', 1), transfer('receive', -1)];
      case 'pair':
        // Each with the one half a line away.
        if (size % 2 === 1) return [work];
        return [transfer('send', size / 2), transfer('receive', size / 2)];
      case 'pipeline':
      case 'back': {
        // Down a pipeline the first only sends, the last only receives.
        const ahead = what === 'pipeline' ? 1 : -1;
        const stage = what === 'pipeline' ? here : size - 1 - here;
        const receives = stage > 0 ? [transfer('receive', -ahead)] : [];
        const after = stage > 0 ? [2 * id + 1] : common.dependsOn;
        return [...receives, stage < size - 1 ? transfer('send', ahead, after) : { ...work, dependsOn: after }];
      }
      case 'hub': {
        // All others of a line send to the first.
        if (here > 0) return [transfer('send', -here)];
        const from = (step: number) => ({ ...transfer('receive', step), id: 1000 + 16 * id + step });
        const receives = Array.from({ length: size - 1 }, (_, i) => from(i + 1));
        return [...receives, { ...work, dependsOn: receives.map((one) => one.id) }];
      }
    }
  }

  private collectiveOf(npu: number, draft: Draft, common: object): object | undefined {
    const { collective, bytes, priority, cpu, who, along, involved } = draft;
    const { sizes } = this.how;
    const ranks = sizes.reduce((product, size) => product * size, 1);
    const isRooted = ['broadcast', 'reduce', 'gather', 'scatter'].includes(collective);
    const root = isRooted && draft.micros % 2 === 0 ? { root: (draft.micros / 2) % 2 } : {};
    // Only among all: how many a group has is not known here.
    const weights = Array.from({ length: ranks }, (_, i) => Array.from({ length: ranks }, (__, j) => (i + 2 * j) % 5));
    const unequal = collective === 'alltoallv' ? { weights } : {};
    const node = { ...common, kind: 'collective', collective, bytes, priority, ...root, ...unequal };
    const involvedDimensions = involved?.slice(0, sizes.length);
    const isInvolved = involvedDimensions?.includes(true) ? { involvedDimensions } : {};
    if (who === 'all' || collective === 'alltoallv') return { ...node, cpu, ...isInvolved };
    const { size } = this.axis(along);
    if (who === 'some' && size > 2 && this.coordinate(npu, along) % 2 === 1) return undefined;
    return { ...node, group: this.groupOf(npu, along, who) };
  }

  private groupOf(npu: number, along: number, who: Draft['who']): string {
    const axis = this.axis(along);
    const some = Array.from({ length: Math.ceil(axis.size / 2) }, (_, i) => 2 * i);
    const first = who === 'some' && axis.size > 2 ? { ...axis, only: some } : axis;
    const isPlane = who === 'plane' && this.how.sizes.length > 1;
    const axes: GroupAxis[] = isPlane ? [first, this.axis(along + 1)] : [first];
    if (this.how.relative && who !== 'reversed') {
      const name = `${who} ${along}`;
      this.groups[name] = axes;
      return name;
    }
    let members = [npu];
    for (const { stride, size, only } of axes) {
      const coordinates = only ?? Array.from({ length: size }, (_, i) => i);
      members = coordinates.flatMap((coordinate) =>
        members.map((one) => one + (coordinate - (Math.floor(one / stride) % size)) * stride),
      );
    }
    if (who === 'reversed') members.reverse();
    const name = `${who} ${along} of ${Math.min(...members)}`;
    this.groups[name] = members;
    return name;
  }

  private peerOf(npu: number, along: number, step: number): object | number {
    const { stride, size } = this.axis(along);
    if (this.how.relative) return { stride, size, step };
    const here = this.coordinate(npu, along);
    return npu + (((here + step + size) % size) - here) * stride;
  }
}
