/** What kind of warning; stable, for programs. */
export type WarningCode =
  | 'fewer-algorithms-than-dimensions'
  | 'inflated-bytes'
  | 'more-than-the-wire'
  | 'below-plan-bound'
  | 'flat-never-pays-slow-dimensions'
  | 'flat-ignores-involved-dimensions'
  | 'zero-byte-messages'
  | 'tree-is-all-reduce'
  | 'dead-key'
  | 'flag-not-honoured'
  | 'unknown-key'
  | 'reference-ignores';

/** Something that its reader should know before quoting the number. */
export interface Warning {
  readonly code: WarningCode;
  readonly message: string;
}
