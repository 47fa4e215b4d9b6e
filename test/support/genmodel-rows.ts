/** A row of `genmodel.jsonl`: what an all-reduce costs by GenModel on a switch of switches. */
export interface GenModelRow {
  readonly algorithm: string;
  readonly factors: readonly number[] | null;
  readonly npus: number;
  readonly bytes: number;
  readonly alphaUs: number;
  readonly betaUsPerByte: number;
  readonly gammaUsPerByte: number;
  readonly deltaUsPerByte: number;
  readonly epsilonUsPerByte: number;
  readonly incastThreshold: number;
  readonly rounds: number;
  readonly bytesPerNpu: number;
  readonly reducedBytes: number;
  readonly memoryBytes: number;
  readonly incastExcessBytes: number;
  readonly timeUs: number;
}
