/** How far a rank is in a program of steps. */
export class StepState {
  /** Of each of its steps: how many that it needs are not over. */
  readonly left: Int32Array;
  /** Steps that are ready to start, the first `count` of these. */
  readonly ready: number[] = [];
  count = 0;
  /** Steps that are not over. */
  unfinished: number;
  /** Steps that have started and are not over. */
  busy = 0;
  /** Posted receives of lines of several messages, in order. */
  posted: Map<number, number[]> | undefined = undefined;

  constructor(left: Int32Array) {
    this.left = left;
    this.unfinished = left.length;
  }
}
