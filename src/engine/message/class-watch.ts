import type { ClassPaths } from '../class-paths.js';
import type { ClassLinks } from './class-links.js';
import type { Lane, Player } from './lane.js';
import type { Descent, Lineage } from './lineage.js';
import { LineageWatch } from './lineage-watch.js';

/** {@link LineageWatch} where NPUs fold by classes although links have queues. */
export class ClassWatch extends LineageWatch {
  private readonly links: ClassLinks;
  private readonly paths: ClassPaths;

  constructor(lineage: Lineage, links: ClassLinks, paths: ClassPaths) {
    super(lineage);
    this.links = links;
    this.paths = paths;
  }

  override get descent(): Descent {
    return this.lineage;
  }

  override begin(npu: number): void {
    this.lineage.origin = this.links.self(npu);
  }

  /** The listener watches by itself. */
  override calls(): void {}

  override sends(id: number, { npu, rank, player }: Lane, toRank: number): void {
    const { map, pairwise, phase } = player as Player;
    const { ranks, group } = map;
    const slot = group?.slots?.[rank] ?? this.paths.lineSlot(phase.dimension);
    const steps = pairwise ? Math.abs(toRank - rank) : (toRank - rank + ranks) % ranks;
    this.links.takes(id, this.paths.toRank(npu, slot, steps, pairwise));
  }

  override posts(id: number, path: number): void {
    this.links.takes(id, path);
  }

  override arrives(id: number, isForLane: boolean): void {
    this.links.arrived(id);
    if (isForLane) this.reachReceiver();
  }

  override reachReceiver(): void {
    this.links.reachReceiver();
  }
}
