/** Exit codes of the process. */
export const EXIT = {
  complete: 0,
  /** Wrong arguments or a network that cannot be simulated. */
  configuration: 2,
  /** The simulation could not continue. */
  simulation: 3,
  /** A bug in this program, as in sysexits.h. */
  defect: 70,
  /** Results could not be written, as in sysexits.h. */
  output: 74,
  /** Stopped by Ctrl-C, as in shells. */
  interrupted: 130,
} as const;
