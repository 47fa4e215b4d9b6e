/** A request is this large, whatever it asks for. */
export const REQUEST_BYTES = 8192;

/** What has come of the two sides of a message. */
interface Side {
  /** Requests that have arrived before their send was reached. */
  granted: number;
  /** Sends that wait for a request, in order. */
  readonly waiting: (() => void)[];
}

/**
 * The rendezvous protocol: a message leaves once its sender has reached the send and has got a
 * request from the receiver, which goes out when the receive is posted.
 */
export class Rendezvous {
  private readonly sides = new Map<string, Side>();
  /** What follows the arrival of each request under way. */
  private readonly requests: (() => void)[] = [];
  private readonly free: number[] = [];

  /** A send has been reached: `go` sends its message, now or when the request is there. */
  reached(key: string, go: () => void): void {
    const side = this.side(key);
    if (side.granted === 0) {
      side.waiting.push(go);
      return;
    }
    side.granted--;
    go();
  }

  /** A request for a message; its number. `post` posts the receive proper. */
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

  /** A request has come to the sender. */
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
