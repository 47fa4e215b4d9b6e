import type { PlannedCollective } from './collective-planner.js';
import type { SimulatedGroup } from './scope.js';

/** Collectives that are alike, of groups of one name. */
export interface TallyLine {
  readonly planned: PlannedCollective;
  readonly group: string | undefined;
  /** Where it stands among lines that begin together. */
  order: number;
  /** When the first of them began. */
  startNs: number;
  count: number;
  shortestNs: number;
  longestNs: number;
}

/** A collective that is over. */
interface Ended {
  readonly planned: PlannedCollective;
  readonly group: SimulatedGroup;
  readonly startNs: number;
  readonly endNs: number;
}

/** Counts collectives by plan and group. One that stands for others counts for each of them. */
export class Tally {
  private readonly simulated = new Map<SimulatedGroup, Map<number, TallyLine>>();

  add({ planned, group, startNs, endNs }: Ended): void {
    const lines = this.simulated.get(group) ?? new Map<number, TallyLine>();
    this.simulated.set(group, lines);
    const ns = endNs - startNs;
    const line = { planned, group: undefined, order: -1, startNs, count: 1, shortestNs: ns, longestNs: ns };
    merge(lines, planned.key, line);
  }

  /** In the order in which they first began; those that began together in the order of their plans and groups. */
  lines(): TallyLine[] {
    const lines = new Map<string, TallyLine>();
    for (const [{ groups = [undefined] }, ofGroup] of this.simulated) {
      for (const [kind, line] of ofGroup) {
        for (const one of groups) {
          const key = `${kind} ${one?.name ?? ''}`;
          merge(lines, key, { ...line, group: one?.name, order: one?.index ?? -1 });
        }
      }
    }
    return [...lines.values()].sort(
      (a, b) => a.startNs - b.startNs || a.planned.key - b.planned.key || a.order - b.order,
    );
  }
}

/** Adds a line to what there is of its key. */
function merge<K>(lines: Map<K, TallyLine>, key: K, line: TallyLine): void {
  const known = lines.get(key);
  if (known === undefined) {
    lines.set(key, line);
    return;
  }
  known.order = Math.min(known.order, line.order);
  known.startNs = Math.min(known.startNs, line.startNs);
  known.count += line.count;
  known.shortestNs = Math.min(known.shortestNs, line.shortestNs);
  known.longestNs = Math.max(known.longestNs, line.longestNs);
}
