import { ConfigError, type Issue, show } from '../base/errors.js';
import { coordinateOn, type GroupAxis, wholeAxes } from './relative.js';

/** A communicator group. */
export interface Group {
  /** Running number. */
  readonly index: number;
  /** Groups of a family share theirs. */
  readonly name: string;
  /** NPU ids by rank. */
  readonly members: readonly number[];
}

/** What a spec says of groups: members by rank, or the axes along which every NPU has its group. */
export type GivenGroups = Readonly<Record<string, readonly number[] | readonly GroupAxis[]>>;

/** Communicator groups by name. Those of a family are made when they are asked for. */
export class Groups {
  /** All that there are so far. */
  readonly all: Group[] = [];
  private readonly lists = new Map<string, { readonly group: Group; readonly members: ReadonlySet<number> }>();
  private readonly families = new Map<
    string,
    { readonly axes: readonly GroupAxis[]; readonly known: Map<number, Group> }
  >();

  /** @throws ConfigError with everything that is wrong. */
  constructor(given: GivenGroups, npus: number) {
    const issues: Issue[] = [];
    for (const [name, one] of Object.entries(given)) {
      const path = `groups.${name}`;
      if (isFamily(one)) {
        const got = wholeAxes(one, npus);
        if (got !== undefined) issues.push({ path, expected: `axes that divide ${npus} NPUs without overlap`, got });
        this.families.set(name, { axes: one, known: new Map() });
        continue;
      }
      const members = new Set(one);
      const outside = one.find((npu) => npu >= npus);
      if (outside !== undefined) issues.push({ path, expected: `NPU ids below ${npus}`, got: String(outside) });
      if (members.size !== one.length) issues.push({ path, expected: 'every NPU once', got: 'an NPU twice' });
      if (one.length === 0) issues.push({ path, expected: 'at least one member', got: 'none' });
      this.lists.set(name, { group: this.add(name, one), members });
    }
    if (issues.length > 0) throw new ConfigError(issues);
  }

  get names(): string[] {
    return [...this.lists.keys(), ...this.families.keys()];
  }

  /** How many members a group of this name has; undefined when there is none. */
  ranks(name: string): number | undefined {
    const family = this.families.get(name);
    if (family === undefined) return this.lists.get(name)?.group.members.length;
    return family.axes.reduce((product, { size, only }) => product * (only?.length ?? size), 1);
  }

  /** The members of a group that is a list, by rank; undefined of a family, and where there is none. */
  listed(name: string): readonly number[] | undefined {
    return this.lists.get(name)?.group.members;
  }

  /** The members of a group of this name, of a family any; those of a family lie alike but for an offset. */
  some(name: string): readonly number[] | undefined {
    const family = this.families.get(name);
    if (family === undefined) return this.listed(name);
    return membersFrom(0, family.axes);
  }

  /** Where the axes of a family begin and end, as differences of ids; none of a list. */
  edges(name: string): readonly number[] {
    return this.families.get(name)?.axes.flatMap(({ stride, size }) => [stride, stride * size]) ?? [];
  }

  /** The group of this name that an NPU belongs to; undefined when it belongs to none. */
  of(name: string, npu: number): Group | undefined {
    const family = this.families.get(name);
    if (family === undefined) {
      const one = this.lists.get(name);
      return one?.members.has(npu) ? one.group : undefined;
    }
    const { axes, known } = family;
    let base = npu;
    for (const axis of axes) {
      const coordinate = coordinateOn(axis, npu);
      if (axis.only?.includes(coordinate) === false) return undefined;
      base -= coordinate * axis.stride;
    }
    let group = known.get(base);
    if (group === undefined) {
      group = this.add(name, membersFrom(base, axes));
      known.set(base, group);
    }
    return group;
  }

  private add(name: string, members: readonly number[]): Group {
    const group = { index: this.all.length, name, members };
    this.all.push(group);
    return group;
  }
}

/** The members of a group of a family, the first axis fastest. */
function membersFrom(base: number, axes: readonly GroupAxis[]): number[] {
  return axes.reduce(
    (members, { stride, size, only }) => {
      const coordinates = only ?? Array.from({ length: size }, (_, i) => i);
      return coordinates.flatMap((coordinate) => members.map((npu) => npu + coordinate * stride));
    },
    [base],
  );
}

function isFamily(given: readonly number[] | readonly GroupAxis[]): given is readonly GroupAxis[] {
  return typeof given[0] === 'object';
}

/** What an NPU's graph asks for and does not get. */
export function noMember(npu: number, name: string): Pick<Issue, 'expected' | 'got'> {
  return { expected: `a group that NPU ${npu} belongs to`, got: show(name) };
}
