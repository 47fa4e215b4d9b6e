/** What `sweep` and `tune` end with besides the codes of all commands. */
export const SWEEP_EXIT = {
  /** Results could not be written, as in sysexits.h. */
  output: 74,
  /** Stopped by Ctrl-C, as shells have it. */
  interrupted: 130,
} as const;
