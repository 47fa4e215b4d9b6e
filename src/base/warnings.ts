/** The kind of warning, stable for programs. */
export type WarningCode =
  | 'fewer-algorithms-than-dimensions'
  | 'inflated-bytes'
  | 'too-few-bytes'
  | 'more-than-the-wire'
  | 'below-plan-bound'
  | 'below-link-bound'
  | 'flat-never-pays-slow-dimensions'
  | 'flat-ignores-involved-dimensions'
  | 'zero-byte-messages'
  | 'tree-is-all-reduce'
  | 'store-and-forward-switch'
  | 'inexact-total'
  | 'replayed-time'
  | 'claim-not-checked'
  | 'nothing-to-gather'
  | 'dropped-dependencies'
  | 'reference-involves-four'
  | 'duplicate-key'
  | 'more-traces-than-npus'
  | 'unknown-flag'
  | 'dead-key'
  | 'flag-not-honoured'
  | 'unknown-key'
  | 'reference-ignores'
  | 'out-of-memory'
  | 'more-than-the-peak'
  | 'irregular-groups'
  | 'shared-links'
  | 'phases-in-turn'
  | 'fitted-costs'
  | 'no-fitted-costs';

/** What to know before you quote a number. Plain data. */
export interface Warning {
  readonly code: WarningCode;
  /** One sentence for people. */
  readonly message: string;
  /** The numbers and names in the sentence, for programs. */
  readonly data: Readonly<Record<string, number | string>>;
}

/** Whether a value is a warning that JSON can represent. */
export function isWarning(value: unknown): value is Warning {
  if (typeof value !== 'object' || value === null || !('code' in value && 'message' in value && 'data' in value)) {
    return false;
  }
  const { code, message, data } = value;
  if (typeof code !== 'string' || typeof message !== 'string' || typeof data !== 'object' || data === null)
    return false;
  return Object.values(data).every((one) => typeof one === 'string' || Number.isFinite(one));
}
