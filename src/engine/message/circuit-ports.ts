import type { OpticalSwitches } from '../../topology/dimension.js';
import type { EventQueue } from '../event-queue.js';
import { eventOf, LINK } from '../events.js';
import type { CircuitSpan } from '../span.js';
import type { LinkReport } from './link-servers.js';

const NONE = -1;

// States of an outgoing port.
const IDLE = 0;
const SENDING = 1;
const SETTING = 2;

export interface CircuitPortsOptions {
  /** Position of the dimension in the network. */
  readonly dimension: number;
  readonly npus: number;
  readonly circuits: OpticalSwitches;
  /** Per port, bytes per ns. */
  readonly bytesPerNs: number;
  readonly latencyNs: number;
  readonly queue: EventQueue;
  /** Number of its first event: {@link LINK}, two per port. */
  readonly firstEvent: number;
  /** Called when a part of a message reaches its NPU. */
  readonly onArrival: (id: number) => void;
  /** Called with its token when a requested circuit is set. */
  readonly onSet: (token: number) => void;
  /** Receives changes of circuits, if defined. */
  readonly spans: CircuitSpan[] | undefined;
}

/** What waits for a port: a message, or a circuit requested without one. */
interface Job {
  /** Number of the message or request. */
  readonly id: number;
  /** NPU at the other end. */
  readonly to: number;
  /** -1 for a request. */
  readonly bytes: number;
  readonly since: number;
}

/**
 * The ports of one dimension of circuits: every NPU has one on each switch, which sends and receives.
 * A circuit joins the sending side of one port to the receiving side of another on the same switch.
 *
 * A port serves its jobs in order. A message of s bytes that starts at t keeps the port
 * until `t + trunc(s / B)` and arrives at `t + trunc(l + s / B)`. If its circuit is not set,
 * the port sets it first, which occupies both ends for the reconfiguration time. That starts once
 * nothing is in flight from the sender or to the receiver; circuits that ended at either are dropped.
 * Ports that want a circuit to the same port get it in the order in which they asked, including those
 * that have one already, so none starves. A port waits for at most one other and holds
 * nothing meanwhile, so ports cannot block each other.
 */
export class CircuitPorts {
  private readonly options: CircuitPortsOptions;
  private readonly switches: number;
  private readonly state: Uint8Array;
  /** Per outgoing port the incoming port at the other end of its circuit, and vice versa; -1 for none. */
  private readonly target: Int32Array;
  private readonly source: Int32Array;
  /** Per outgoing port: what waits for it, and messages in flight. */
  private readonly waiting: Job[][];
  private readonly flying: number[][];
  /** Per incoming port: outgoing ports that want a circuit to it, in order. */
  private readonly wanted: number[][];
  private readonly wants: Uint8Array;

  private readonly messages: Int32Array;
  private readonly bytes: Float64Array;
  private readonly busyNs: Float64Array;
  private readonly waitedNs: Float64Array;
  private readonly longest: Int32Array;
  private readonly changes: Int32Array;

  constructor(options: CircuitPortsOptions) {
    const { npus, circuits } = options;
    const ports = npus * circuits.switches;
    const lists = <T>() => Array.from({ length: ports }, (): T[] => []);
    this.options = options;
    this.switches = circuits.switches;
    this.state = new Uint8Array(ports);
    this.target = new Int32Array(ports).fill(NONE);
    this.source = new Int32Array(ports).fill(NONE);
    this.waiting = lists();
    this.flying = lists();
    this.wanted = lists();
    this.wants = new Uint8Array(ports);
    this.messages = new Int32Array(ports);
    this.bytes = new Float64Array(ports);
    this.busyNs = new Float64Array(ports);
    this.waitedNs = new Float64Array(ports);
    this.longest = new Int32Array(ports);
    this.changes = new Int32Array(ports);
  }

  /** Number of its event numbers. */
  get events(): number {
    return 2 * this.state.length;
  }

  isQuiet(): boolean {
    return this.state.every((state) => state === IDLE) && this.waiting.every(({ length }) => length === 0);
  }

  /** Sends a message or a part of one over a switch. */
  send(npu: number, to: number, place: number, id: number, bytes: number): void {
    this.enter(npu * this.switches + place, { id, to, bytes, since: this.options.queue.now });
  }

  /** Sets a circuit, then reports the token. */
  set(npu: number, to: number, place: number, token: number): void {
    this.enter(npu * this.switches + place, { id: token, to, bytes: NONE, since: this.options.queue.now });
  }

  /** Handles an event, numbered from its first. */
  handle(event: number): void {
    const port = event >> 1;
    if (event % 2 === 0) this.release(port);
    else this.arrive(port);
  }

  /** What each port did, without those that carried nothing. */
  reports(): LinkReport[] {
    const { dimension, circuits } = this.options;
    const reports: LinkReport[] = [];
    for (let port = 0; port < this.state.length; port++) {
      if (this.messages[port] === 0) continue;
      const reconfigurations = this.changes[port] as number;
      reports.push({
        dimension,
        npu: Math.floor(port / this.switches),
        name: `switch ${port % this.switches}`,
        bytes: this.bytes[port] as number,
        messages: this.messages[port] as number,
        busyNs: this.busyNs[port] as number,
        waitedNs: this.waitedNs[port] as number,
        longestQueue: this.longest[port] as number,
        reconfigurations,
        reconfiguringNs: reconfigurations * circuits.reconfigurationNs,
      });
    }
    return reports;
  }

  private enter(port: number, job: Job): void {
    const waiting = this.waiting[port] as Job[];
    waiting.push(job);
    this.advance(port);
    this.longest[port] = Math.max(this.longest[port] as number, waiting.length);
  }

  /** Starts a port's first job or asks for the circuit it needs. */
  private advance(port: number): void {
    const [job] = this.waiting[port] as Job[];
    if (job === undefined || this.state[port] !== IDLE) return;
    const end = job.to * this.switches + (port % this.switches);
    if (this.wants[port] === 0) {
      this.wants[port] = 1;
      (this.wanted[end] as number[]).push(port);
    }
    this.grant(end);
  }

  /** Gives a circuit to the port that asked first, if both ends are free. */
  private grant(end: number): void {
    const wanted = this.wanted[end] as number[];
    const [port] = wanted;
    if (port === undefined) return;
    const isThere = this.target[port] === end;
    if (!isThere && !(this.isFree(port) && this.isFree(this.source[end] as number))) return;
    wanted.shift();
    this.wants[port] = 0;
    if (isThere) this.start(port);
    else this.join(port, end);
  }

  /** Whether an outgoing port can lose its circuit now. */
  private isFree(port: number): boolean {
    return port === NONE || (this.state[port] !== SETTING && (this.flying[port] as number[]).length === 0);
  }

  private join(port: number, end: number): void {
    const { queue, firstEvent, circuits, spans, dimension } = this.options;
    const [from, to] = [this.source[end] as number, this.target[port] as number];
    if (from !== NONE) this.target[from] = NONE;
    if (to !== NONE) this.source[to] = NONE;
    this.source[end] = port;
    this.target[port] = end;
    this.state[port] = SETTING;
    this.changes[port] = (this.changes[port] as number) + 1;
    const [startNs, endNs] = [queue.now, queue.now + circuits.reconfigurationNs];
    queue.schedule(endNs, eventOf(LINK, firstEvent + 2 * port));
    const npuOf = (one: number) => Math.floor(one / this.switches);
    spans?.push({ npu: npuOf(port), dimension, switch: port % this.switches, to: npuOf(end), startNs, endNs });
    // Others may want the end it has left.
    if (to !== NONE) this.grant(to);
  }

  private start(port: number): void {
    const { queue, firstEvent, bytesPerNs, latencyNs, onSet } = this.options;
    const { id, bytes, since } = (this.waiting[port] as Job[]).shift() as Job;
    this.waitedNs[port] = (this.waitedNs[port] as number) + queue.now - since;
    if (bytes === NONE) {
      onSet(id);
      this.advance(port);
      this.grantNext(port);
      return;
    }
    const sendingNs = bytes / bytesPerNs;
    const free = queue.now + Math.trunc(sendingNs);
    this.state[port] = SENDING;
    this.messages[port] = (this.messages[port] as number) + 1;
    this.bytes[port] = (this.bytes[port] as number) + bytes;
    this.busyNs[port] = (this.busyNs[port] as number) + free - queue.now;
    (this.flying[port] as number[]).push(id);
    // As on other links, the arrival is scheduled before the port's release.
    queue.schedule(queue.now + Math.trunc(latencyNs + sendingNs), eventOf(LINK, firstEvent + 2 * port + 1));
    queue.schedule(free, eventOf(LINK, firstEvent + 2 * port));
  }

  /** A port has sent a message, or its circuit is set. */
  private release(port: number): void {
    const isSet = this.state[port] === SETTING;
    this.state[port] = IDLE;
    // The job that the circuit was set for uses it first, however many others want the end.
    if (isSet) this.start(port);
    else this.advance(port);
    this.grantNext(port);
  }

  private arrive(port: number): void {
    this.options.onArrival((this.flying[port] as number[]).shift() as number);
    this.grantNext(port);
    this.advance(port);
  }

  /** Others may want the end of a port's circuit. */
  private grantNext(port: number): void {
    const end = this.target[port] as number;
    if (end !== NONE) this.grant(end);
  }
}
