import { ConfigError } from '../../base/errors.js';

/** One message, as it travelled. */
export interface MessageSpan {
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
  readonly chunk: number;
  /** Position among the phases of the chunk. */
  readonly phase: number;
  /** When its sender hands it over, ns. */
  readonly sentNs: number;
  /** When its receiver has all of it, ns. */
  readonly arrivedNs: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Beyond this many a list of messages is of no use to anybody, and hundreds of megabytes. */
const MOST = 2 ** 21;

/** Writes down every message of a run. */
export class MessageLog {
  /** In order of sending. */
  readonly spans: Mutable<MessageSpan>[] = [];
  /** Of each message under way: which of the spans it is. */
  private readonly rows: number[] = [];

  /** @throws ConfigError for the message that is one too many. */
  sent(id: number, message: Omit<MessageSpan, 'arrivedNs'>): void {
    if (this.spans.length === MOST) {
      const expected = `a collective of at most ${MOST.toLocaleString('en-US')} messages`;
      throw new ConfigError([{ path: 'messageTimeline', expected, got: 'true, for one of more' }]);
    }
    this.rows[id] = this.spans.push({ ...message, arrivedNs: message.sentNs }) - 1;
  }

  arrived(id: number, ns: number): void {
    const span = this.spans[this.rows[id] as number];
    if (span !== undefined) span.arrivedNs = ns;
  }
}
