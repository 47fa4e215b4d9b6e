import type { TrainingStep } from './step.js';

/**
 * Checks that a step cannot stop for ever, whatever its durations: every message that is awaited
 * is sent, every collective between stages is begun by both, and nothing waits in a circle.
 *
 * It is enough to look at one NPU per stage. All NPUs of a stage run the same graph, each
 * collective of it among NPUs of the stage, and each message between equal ranks: a circle of
 * NPUs that wait, seen through `NPU -> its stage`, is a circle in the graphs of the stages, or
 * a place that comes after itself in one of them. Graphs also hold the order of each lane, so
 * that no two ranks begin the same collectives in different order.
 *
 * @returns what is wrong; empty when nothing is.
 */
export function checkOrder({ stages }: TrainingStep): string[] {
  const issues: string[] = [];
  const first: number[] = [];
  let total = 0;
  for (const { nodes } of stages) {
    first.push(total);
    total += nodes.length;
  }
  const waits: number[][] = Array.from({ length: total }, () => []);
  const sends = new Map<string, number>();
  const receives = new Map<string, number>();
  const meetings: number[] = [];
  for (const [stage, { nodes }] of stages.entries()) {
    const base = first[stage] as number;
    let side: number | undefined;
    for (const node of nodes) {
      const self = base + node.id;
      waits[self]?.push(...node.after.map((id) => base + id));
      if (node.kind === 'collective') {
        if (side !== undefined && !node.after.includes(side))
          issues.push(`stage ${stage}: ${node.name} has no place in its lane`);
        side = node.id;
        if (node.group === 'embedding') meetings.push(self);
      }
      if (node.kind !== 'send' && node.kind !== 'receive') continue;
      const ends = node.kind === 'send' ? [stage, node.stage] : [node.stage, stage];
      const key = `${ends.join(' to ')}, ${node.bytes} bytes, tag ${node.tag}`;
      const matched = node.kind === 'send' ? sends : receives;
      if (matched.has(key)) issues.push(`stage ${stage}: ${node.name} has the tag of another`);
      matched.set(key, self);
    }
  }
  for (const [key, receive] of receives) {
    const send = sends.get(key);
    if (send === undefined) issues.push(`nobody sends: ${key}`);
    // A send ends by itself: only its start has to come first, which what it waits for decides.
    else waits[receive]?.push(send);
  }
  for (const key of sends.keys()) if (!receives.has(key)) issues.push(`nobody receives: ${key}`);
  if (meetings.length % 2 !== 0) issues.push('one of two stages leaves a collective to the other');
  const [one, other] = meetings;
  if (one !== undefined && other !== undefined) {
    // Each waits for all that the other waits for.
    const [mine, others] = [waits[one] as number[], waits[other] as number[]];
    waits[one] = [...mine, ...others];
    waits[other] = [...others, ...mine];
  }
  if (hasCircle(waits)) issues.push('nodes wait for each other in a circle');
  return issues;
}

/** Takes away nodes that wait for nothing, until none or a circle is left. */
function hasCircle(waits: readonly (readonly number[])[]): boolean {
  const left = Int32Array.from(waits, ({ length }) => length);
  const dependents: number[][] = waits.map(() => []);
  for (const [node, list] of waits.entries()) for (const other of list) dependents[other]?.push(node);
  const free = waits.flatMap(({ length }, node) => (length === 0 ? [node] : []));
  let taken = 0;
  for (let node = free.pop(); node !== undefined; node = free.pop()) {
    taken++;
    for (const dependent of dependents[node] as number[]) {
      left[dependent] = (left[dependent] as number) - 1;
      if (left[dependent] === 0) free.push(dependent);
    }
  }
  return taken < waits.length;
}
