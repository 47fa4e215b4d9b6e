/** Size of a request, for a message of any size. */
export const REQUEST_BYTES = 8192;

/** State of the two sides of a message. */
interface Side {
  /** Requests that arrived before the sender reached the send. */
  granted: number;
  /** Sends waiting for a request, in order. */
  readonly waiting: (() => void)[];
}

/**
 * The rendezvous protocol: a message leaves once its sender has reached the send and holds a
 * request from the receiver, which the receiver sends when it posts the receive.
 */
export class Rendezvous {
  private readonly sides = new Map<string, Side>();
  /** What to do when each request in flight arrives. */
  private readonly requests: (() => void)[] = [];
  private readonly free: number[] = [];

  /** The sender has reached a send: calls `go`, which sends the message, now or once the request is there. */
  reached(key: string, go: () => void): void {
    const side = this.side(key);
    if (side.granted === 0) {
      side.waiting.push(go);
      return;
    }
    side.granted--;
    go();
  }

  /** Returns the number of a new request for a message. `post` posts the receive itself. */
  request(key: string, post: () => void): number {
    const number = this.free.pop() ?? this.requests.length;
    this.requests[number] = () => {
      const side = this.side(key);
      const go = side.waiting.shift();
      if (go === undefined) side.granted++;
      else go();
      post();
    };
    return number;
  }

  /** A request has reached the sender. */
  arrived(number: number): void {
    const then = this.requests[number] as () => void;
    this.free.push(number);
    then();
  }

  private side(key: string): Side {
    let side = this.sides.get(key);
    if (side === undefined) {
      side = { granted: 0, waiting: [] };
      this.sides.set(key, side);
    }
    return side;
  }
}
