import { checkRecords, oneOf, WHOLE } from '../base/records.js';
import { COLLECTIVES } from '../collectives/collective.js';
import type { PhaseSpan } from '../engine/span.js';

const RULES = {
  ...{ npu: WHOLE, chunk: WHOLE, phase: WHOLE, collective: oneOf(COLLECTIVES) },
  ...{ dimension: WHOLE, queue: WHOLE, startNs: WHOLE, endNs: WHOLE },
};

/**
 * Checks what is handed in as a timeline.
 * @throws ConfigError
 */
export function checkTimeline(timeline: readonly PhaseSpan[]): void {
  checkRecords(timeline, 'timeline', RULES);
}
