import type { Command } from 'commander';
import type { Io } from './io.js';
import { addTraceCollectiveCommand } from './trace-collective.js';
import { addTraceMscclCommand } from './trace-msccl.js';
import { addTraceTransformerCommand } from './trace-transformer.js';

/** `astra-sim-ts trace`: ways to make a workload. */
export function addTraceCommand(program: Command, io: Io): void {
  const trace = program.command('trace').description('write execution traces (Chakra): files PREFIX.<npu>.et');
  addTraceCollectiveCommand(trace, io);
  addTraceTransformerCommand(trace, io);
  addTraceMscclCommand(trace, io);
}
