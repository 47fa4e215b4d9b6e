import { createHash } from 'node:crypto';

/** The state of a text up to the end of a line. */
export interface Mark {
  readonly lines: number;
  readonly bytes: number;
  /** The first 16 hex digits of the SHA-256 of these bytes. */
  readonly sha256: string;
}

/** Most marks, enough to narrow damage in any file down to a small part. */
const MOST_MARKS = 256;
const LINE_FEED = 10;
const DIGITS = 16;

/** Lines, bytes and a checksum of a growing text, with marks at lines spread over it. They depend only on the text. */
export class LineChecksum {
  private readonly hash = createHash('sha256');
  private lines = 0;
  private bytes = 0;
  /** Lines from one mark to the next. */
  private every = 1;
  private list: Mark[] = [];

  get marks(): readonly Mark[] {
    return this.list;
  }

  add(block: Buffer): void {
    let done = 0;
    for (let at = block.indexOf(LINE_FEED); at >= 0; at = block.indexOf(LINE_FEED, at + 1)) {
      this.lines++;
      if (this.lines % this.every !== 0) continue;
      this.update(block.subarray(done, at + 1));
      done = at + 1;
      this.list.push(this.state());
      if (this.list.length <= MOST_MARKS) continue;
      this.every *= 2;
      this.list = this.list.filter(({ lines }) => lines % this.every === 0);
    }
    this.update(block.subarray(done));
  }

  state(): Mark {
    return {
      lines: this.lines,
      bytes: this.bytes,
      sha256: this.hash.copy().digest('hex').slice(0, DIGITS),
    };
  }

  private update(bytes: Uint8Array): void {
    this.hash.update(bytes);
    this.bytes += bytes.length;
  }
}

export function sameMark(a: Mark, b: Mark): boolean {
  return a.lines === b.lines && a.bytes === b.bytes && a.sha256 === b.sha256;
}
