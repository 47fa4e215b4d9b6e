import type { NetworkModel } from '../../src/base/words.js';
import type { Collective } from '../../src/collectives/collective.js';
import type { StepProgram } from '../../src/collectives/step-program.js';
import { unfolded } from '../../src/engine/folding.js';
import { CollectiveRun } from '../../src/engine/message/collective-run.js';
import { checkConserved } from '../../src/engine/run.js';
import type { CollectiveJob } from '../../src/plan/job.js';
import { givenPhase } from '../../src/plan/phases.js';
import { totalNpus } from '../../src/topology/address.js';
import type { Dimension } from '../../src/topology/dimension.js';
import { everyNpu } from '../../src/topology/logical-dimension.js';

export interface GivenRun {
  readonly finishNs: readonly number[];
  readonly messages: number;
}

/** Plays a program on all NPUs of a network, alone; when each of them has finished, ns. */
export function playGiven(
  program: StepProgram,
  {
    collective = 'all-reduce',
    dimensions,
    network = 'congestion-unaware',
    endpoint = { delay: 0, memoryBandwidth: Number.POSITIVE_INFINITY },
  }: {
    readonly collective?: Collective;
    readonly dimensions: readonly Dimension[];
    readonly network?: NetworkModel;
    readonly endpoint?: { readonly delay: number; readonly memoryBandwidth: number };
  },
): GivenRun {
  const phase = givenPhase('given', program, { collective, dimension: everyNpu(dimensions), bytes: 1 });
  const npus = totalNpus(dimensions);
  const job: CollectiveJob = {
    ...{ bytes: 1, npus, ranks: npus, warnings: [] },
    ...{ collective, dimensions, network, endpoint, chunks: [[phase]] },
    ...{
      activeChunks: 1,
      queuesPerDimension: 1,
      routing: 'first-dimension',
      waitingOrder: undefined,
      rendezvous: false,
    },
    ...{ graph: undefined, rankOrder: undefined, genModel: undefined, switching: 'store-and-forward' },
    isOfGroup: false,
    startTimes: undefined,
  };
  const run = new CollectiveRun(job, unfolded(dimensions), false);
  run.engine.run(Number.POSITIVE_INFINITY);
  if (!run.isFinished) throw new Error('not finished');
  checkConserved(run.engine);
  return { finishNs: [...run.finishNs], messages: run.engine.messages };
}
