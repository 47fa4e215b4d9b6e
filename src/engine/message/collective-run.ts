import type { CollectiveJob } from '../../plan/job.js';
import type { Folding } from '../folding.js';
import { type Driver, MessageEngine } from './message-engine.js';
import type { CollectiveInstance, Participant } from './participant.js';

/** One collective on every simulated NPU, in the message engine. */
export class CollectiveRun implements Driver {
  readonly engine: MessageEngine;
  readonly collective: CollectiveInstance;
  /** Per simulated NPU: when it has finished, ns. */
  readonly finishNs: Float64Array;
  private finished = 0;

  constructor(job: CollectiveJob, folding: Folding, timeline: boolean) {
    this.engine = new MessageEngine(job, { folding, driver: this, timeline });
    this.collective = this.engine.addCollective(job);
    this.finishNs = new Float64Array(folding.npus);
    for (let npu = 0; npu < folding.npus; npu++) this.engine.schedule(job.startTimes?.[npu] ?? 0, npu);
  }

  /** Share of chunks that have finished, over all simulated NPUs. */
  get progress(): number {
    const { size, participants, plan } = this.collective;
    const left = participants.reduce((sum, { unfinished }) => sum + unfinished, 0);
    const notJoined = (size - participants.length) * plan.chunks.length;
    return 1 - (left + notJoined) / (size * plan.chunks.length);
  }

  get isFinished(): boolean {
    return this.finished === this.collective.size;
  }

  onTimer(npu: number): void {
    this.engine.join(this.collective, npu, 0);
  }

  onCollectiveDone({ npu }: Participant): void {
    this.finishNs[npu] = this.engine.now;
    this.finished++;
  }

  onDelay(): void {}

  onDelivery(): void {}
}
