/** Where a command prints: the process's streams, or a test's buffers. */
export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Learns how many messages are to be simulated, at most, before they are. */
  readonly foresee?: (messages: number) => void;
}
