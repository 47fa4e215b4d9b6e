import type { EventQueue } from '../event-queue.js';
import type { Folding } from '../folding.js';
import type { ClassLinks } from './class-links.js';
import type { ClassParts } from './class-parts.js';
import { Lineage, MOST_ORIGINS } from './lineage.js';
import { LineageWatch } from './lineage-watch.js';

/** The lineage of a run; undefined where all NPUs are simulated, or classes fold without it. */
export function lineageOf({ stands, classes }: Folding, queue: EventQueue, npus: number): Lineage | undefined {
  if (!stands || (classes && !classes.paths)) return undefined;
  return new Lineage(queue, classes ? MOST_ORIGINS : npus);
}

/** What watches the lineage of a run. @param links - by classes: the links. */
export function watchOf(
  lineage: Lineage,
  { classes }: Folding,
  links: ClassLinks | undefined,
  parts: ClassParts | undefined,
): LineageWatch {
  const paths = classes?.paths;
  return paths && parts && links ? new parts.ClassWatch(lineage, links, paths) : new LineageWatch(lineage);
}
