import type { Suite } from './suite.js';
import { asymmetric } from './suites/asymmetric.js';
import { designSpace } from './suites/design-space.js';
import { eventQueue } from './suites/event-queue.js';
import { folding } from './suites/folding.js';
import { memory } from './suites/memory.js';
import { messageEngine } from './suites/message-engine.js';
import { nccl } from './suites/nccl.js';
import { phaseEngine } from './suites/phase-engine.js';
import { programs } from './suites/programs.js';
import { resolve } from './suites/resolve.js';
import { scale } from './suites/scale.js';
import { startUp } from './suites/start-up.js';
import { study } from './suites/study.js';
import { sweep } from './suites/sweep.js';
import { synthesis } from './suites/synthesis.js';
import { training } from './suites/training.js';
import { workload } from './suites/workload.js';

/** Every suite there is, whole jobs first, then the parts. */
export const SUITES: readonly Suite[] = [
  study,
  designSpace,
  scale,
  phaseEngine,
  messageEngine,
  folding,
  workload,
  asymmetric,
  training,
  sweep,
  synthesis,
  eventQueue,
  programs,
  nccl,
  resolve,
  startUp,
  memory,
];
