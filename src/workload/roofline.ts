/** How long computations take by the roofline model. */
export interface Roofline {
  /** Operations per second. */
  readonly peak: number;
  /** Memory bandwidth, bytes per second. */
  readonly bandwidth: number;
}

/** One computation by the roofline model. */
export interface RooflinePoint {
  /** Whole ns (docs/model.md, section 13). */
  readonly ns: number;
  /** Operations per byte. */
  readonly intensity: number;
  /** Shares of the peak and of the memory bandwidth that are reached, 0 to 1. */
  readonly computeShare: number;
  readonly memoryShare: number;
}

/** A computation of `operations` on `bytes` of memory. */
export function rooflinePoint({ peak, bandwidth }: Roofline, operations: number, bytes: number): RooflinePoint {
  if (operations === 0) return { ns: 0, intensity: 0, computeShare: 0, memoryShare: 0 };
  const intensity = operations / bytes;
  const attained = Math.min(bandwidth * intensity, peak);
  return {
    ns: Math.trunc((operations / attained) * 1e9),
    intensity,
    computeShare: attained / peak,
    memoryShare: attained / intensity / bandwidth,
  };
}

/** What an NPU reached on average over the time that it computed. */
export interface RooflineReport {
  /** Percent of the time in computations that the peak limits, not the memory. */
  readonly computeBoundPercent: number;
  readonly computeUtilisationPercent: number;
  readonly memoryUtilisationPercent: number;
  /** Operations per byte. */
  readonly operationalIntensity: number;
}

/** Adds up the computations of one NPU, weighted by their time. */
export class RooflineTotals {
  private ns = 0;
  private bound = 0;
  private compute = 0;
  private memory = 0;
  private intensity = 0;

  add({ ns, intensity, computeShare, memoryShare }: RooflinePoint): void {
    this.ns += ns;
    this.bound += computeShare >= 1 ? ns : 0;
    this.compute += computeShare * ns;
    this.memory += memoryShare * ns;
    this.intensity += intensity * ns;
  }

  /** Undefined when there was no computation. Three decimals, as the reference prints them. */
  report(): RooflineReport | undefined {
    if (this.ns === 0) return undefined;
    // Kept for parity: the reference divides by 1 ns more than the time that was spent.
    const mean = (sum: number) => Number((sum / (this.ns + 1)).toFixed(3));
    return {
      computeBoundPercent: mean(100 * this.bound),
      computeUtilisationPercent: mean(100 * this.compute),
      memoryUtilisationPercent: mean(100 * this.memory),
      operationalIntensity: mean(this.intensity),
    };
  }
}
