import { ConfigError } from '../../base/errors.js';

/** One message of a run. */
export interface MessageSpan {
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
  readonly chunk: number;
  /** Position among the phases of the chunk. */
  readonly phase: number;
  /** When its sender sends it, ns. */
  readonly sentNs: number;
  /** When its receiver has all of it, ns. */
  readonly arrivedNs: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A longer list would take hundreds of megabytes and help nobody. */
const MOST = 2 ** 21;

/** Records every message of a run. */
export class MessageLog {
  /** In order of sending. */
  readonly spans: Mutable<MessageSpan>[] = [];
  /** Per message in flight: its index in `spans`. */
  private readonly rows: number[] = [];

  /** @throws ConfigError on the first message beyond the limit. */
  sent(id: number, message: Omit<MessageSpan, 'arrivedNs'>): void {
    if (this.spans.length === MOST) {
      const expected = `a collective of at most ${MOST.toLocaleString('en-US')} messages`;
      throw new ConfigError([{ path: 'messageTimeline', expected, got: 'true, for a larger one' }]);
    }
    this.rows[id] = this.spans.push({ ...message, arrivedNs: message.sentNs }) - 1;
  }

  arrived(id: number, ns: number): void {
    const span = this.spans[this.rows[id] as number];
    if (span !== undefined) span.arrivedNs = ns;
  }
}
