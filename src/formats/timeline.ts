import { checkRecords, oneOf, WHOLE } from '../base/records.js';
import { COLLECTIVES } from '../collectives/collective.js';
import type { CircuitSpan, PhaseSpan } from '../engine/span.js';

const RULES = {
  ...{ npu: WHOLE, chunk: WHOLE, phase: WHOLE, collective: oneOf(COLLECTIVES) },
  ...{ dimension: WHOLE, queue: WHOLE, startNs: WHOLE, endNs: WHOLE },
};

const CHANGES = { npu: WHOLE, dimension: WHOLE, switch: WHOLE, to: WHOLE, startNs: WHOLE, endNs: WHOLE };

/**
 * Checks changes of circuits given by a caller.
 * @throws ConfigError
 */
export function checkReconfigurations(reconfigurations: readonly CircuitSpan[]): void {
  checkRecords(reconfigurations, 'reconfigurations', CHANGES);
}

/**
 * Checks a timeline given by a caller.
 * @throws ConfigError
 */
export function checkTimeline(timeline: readonly PhaseSpan[]): void {
  checkRecords(timeline, 'timeline', RULES);
}
