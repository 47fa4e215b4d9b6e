import type { Warning } from '../base/warnings.js';
import type { Collective } from '../collectives/collective.js';
import { messages } from '../collectives/program.js';
import type { StepProgram } from '../collectives/step-program.js';

/**
 * Warns of a collective that is given as graphs when these are plainly made for another size: the
 * bytes of a graph stay as they are, whatever its node asks for.
 *
 * More than if every rank sent all that it has to every other is more than any algorithm could
 * want. Fewer than half of what must arrive is too few; the other half is for parts of a few bytes,
 * which are cut to whole ones.
 */
export function customWarnings(program: StepProgram, collective: Collective, bytes: number): Warning[] {
  const { ranks } = program;
  let sent = 0;
  for (const message of messages(program)) sent += message.bytes * message.times;
  const most = ranks * (ranks - 1) * bytes;
  const least = leastSent(collective, ranks, bytes);
  const data = { collective, asked: bytes, sent, least, most };
  if (sent > most) {
    const message = `the custom ${collective} sends ${sent} bytes where ${bytes} per NPU are asked for, more than if every rank sent all of its own to every other (${most})`;
    return [{ code: 'inflated-bytes', message, data }];
  }
  if (2 * sent < least) {
    const message = `the custom ${collective} sends ${sent} bytes where ${bytes} per NPU are asked for, for which ${least} must be sent: its graphs are made for a smaller size`;
    return [{ code: 'too-few-bytes', message, data }];
  }
  return [];
}

/** Bytes that all ranks together send at least. */
function leastSent(collective: Collective, ranks: number, bytes: number): number {
  switch (collective) {
    case 'all-gather':
      return ranks * (ranks - 1) * bytes;
    case 'broadcast':
    case 'reduce':
    case 'gather':
      return (ranks - 1) * bytes;
    case 'scatter':
      return ((ranks - 1) / ranks) * bytes;
    // Parts may be of any size.
    case 'alltoallv':
      return 0;
    case 'all-reduce':
      return 2 * (ranks - 1) * bytes;
    // Each rank keeps its own part of what it enters with.
    case 'reduce-scatter':
    case 'all-to-all':
      return (ranks - 1) * bytes;
  }
}
