import type { CollectiveJob } from '../../plan/job.js';
import type { Folding } from '../folding.js';
import type { EngineListener } from './engine-options.js';
import type { Member } from './lane.js';
import { MessageEngine } from './message-engine.js';
import type { RunningCollective } from './running-collective.js';

/** One collective on every simulated NPU, in the message engine. */
export class CollectiveRun implements EngineListener {
  readonly engine: MessageEngine;
  readonly collective: RunningCollective;
  /** Per simulated NPU: when it finished, ns. */
  readonly finishNs: Float64Array;
  private finished = 0;

  constructor(job: CollectiveJob, folding: Folding, timeline: boolean, messageTimeline = false) {
    this.engine = new MessageEngine(job, { folding, listener: this, timeline, messageTimeline });
    const { members } = job;
    const options = members === undefined ? {} : { group: { members, npus: members } };
    this.collective = this.engine.addCollective(this.engine.playedPlan(job, options));
    this.finishNs = new Float64Array(folding.npus);
    for (let npu = 0; npu < folding.npus; npu++) this.engine.schedule(job.startTimes?.[npu] ?? 0, npu);
  }

  /** Share of chunks finished, over all simulated NPUs. */
  get progress(): number {
    const { size, members, plan } = this.collective;
    const left = members.reduce((sum, { unfinished }) => sum + unfinished, 0);
    const notJoined = (size - members.length) * plan.chunks.length;
    return 1 - (left + notJoined) / (size * plan.chunks.length);
  }

  get isFinished(): boolean {
    return this.finished === this.collective.size;
  }

  onTimer(npu: number): void {
    this.engine.join(this.collective, npu, 0);
  }

  onCollectiveDone({ npu }: Member): void {
    this.finishNs[npu] = this.engine.now;
    this.finished++;
  }

  onDelay(): void {}

  onDelivery(): void {}
}
