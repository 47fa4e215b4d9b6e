/** A file for a command: its name, with folders, and its text. */
export interface PageFile {
  readonly name: string;
  readonly text: string;
}

/** What the terminal should run. */
export interface TerminalRequest {
  readonly command: string;
  readonly files: readonly PageFile[];
}

/** A piece of output. */
export interface Printed {
  readonly stream: 'prompt' | 'out' | 'err';
  readonly text: string;
}

export interface WrittenFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export type TerminalReply =
  | { readonly kind: 'printed'; readonly parts: readonly Printed[] }
  | {
      readonly kind: 'ended';
      /** Exit code of the process. */
      readonly code: number;
      readonly written: readonly WrittenFile[];
    };
