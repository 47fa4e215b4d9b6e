/** A rank's progress through a step program. */
export class StepState {
  /** Per step: how many of its dependencies have not ended. */
  readonly left: Int32Array;
  /** Steps ready to start: the first `count` entries. */
  readonly ready: number[] = [];
  count = 0;
  /** Steps that have not ended. */
  unfinished: number;
  /** Running steps. */
  busy = 0;
  /** Posted receives of lines of several messages, in order. */
  posted: Map<number, number[]> | undefined = undefined;

  constructor(left: Int32Array) {
    this.left = left;
    this.unfinished = left.length;
  }
}
