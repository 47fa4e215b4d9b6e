/** One directed link between two devices. A full-duplex cable is two links. */
export interface DirectedLink {
  readonly from: number;
  readonly to: number;
  /** Bytes per ns, above 0. */
  readonly bandwidth: number;
  /** ns, at least 0. */
  readonly latency: number;
}

/**
 * A network as plain data: devices 0 ... npus - 1 are NPUs; those up to devices - 1 are switches,
 * which only forward data. Links are numbered by position.
 */
export interface LinkGraph {
  readonly npus: number;
  readonly devices: number;
  readonly links: readonly DirectedLink[];
}
