import type { Machine } from '../../plan/machine.js';
import { strides } from '../../topology/address.js';
import type { EventQueue } from '../event-queue.js';
import { eventOf, MESSAGE } from '../events.js';
import type { CircuitSpan } from '../span.js';
import { CircuitPorts } from './circuit-ports.js';
import type { LinkReport } from './link-servers.js';

/** Use all switches, with an equal part over each. */
export const ALL_SWITCHES = -1;

export interface CircuitsOptions {
  readonly machine: Machine;
  readonly queue: EventQueue;
  /** First event number beyond the links'. */
  readonly firstEvent: number;
  /** Called when requested circuits are set. */
  readonly onSet: (token: number) => void;
  readonly timeline: boolean;
}

/** The ports of one dimension and their place in the network. */
interface Place {
  readonly ports: CircuitPorts;
  readonly switches: number;
  readonly stride: number;
  readonly npus: number;
  readonly firstEvent: number;
}

/** All dimensions of a machine with circuits. */
export class Circuits {
  /** Every change of a circuit; empty unless asked for. */
  readonly spans: CircuitSpan[] = [];
  private readonly queue: EventQueue;
  /** Per dimension; undefined without circuits. */
  private readonly places: (Place | undefined)[] = [];
  /** Per message and per token: parts still missing. */
  private readonly parts: number[] = [];
  private readonly tokens = new Map<number, number>();
  private readonly onSet: (token: number) => void;

  constructor({ machine, queue, firstEvent, onSet, timeline }: CircuitsOptions) {
    const steps = strides(machine.dimensions);
    let event = firstEvent;
    this.queue = queue;
    this.onSet = onSet;
    this.places = machine.dimensions.map(({ npus, circuits, bandwidth, latency }, dimension) => {
      if (circuits === undefined) return undefined;
      const { switches } = circuits;
      const ports = new CircuitPorts({
        ...{ dimension, npus: machine.npus, circuits, queue, firstEvent: event },
        ...{ bytesPerNs: bandwidth / switches, latencyNs: latency },
        onArrival: (id) => this.partArrived(id),
        onSet: (token) => this.partSet(token),
        spans: timeline ? this.spans : undefined,
      });
      const place = { ports, switches, npus, stride: steps[dimension] as number, firstEvent: event };
      event += ports.events;
      return place;
    });
  }

  has(dimension: number): boolean {
    return this.places[dimension] !== undefined;
  }

  /**
   * Sends a message along a dimension towards an NPU, whose other coordinates may differ.
   * @param place - the switch, or {@link ALL_SWITCHES}.
   * @returns the NPU it reaches; a {@link MESSAGE} event says when.
   */
  send(dimension: number, id: number, from: number, towards: number, bytes: number, place: number): number {
    const { ports, switches, stride, npus } = this.places[dimension] as Place;
    const digit = (npu: number) => Math.floor(npu / stride) % npus;
    const to = from + (digit(towards) - digit(from)) * stride;
    if (place !== ALL_SWITCHES) {
      this.parts[id] = 1;
      ports.send(from, to, place, id, bytes);
      return to;
    }
    this.parts[id] = switches;
    for (let one = 0; one < switches; one++) ports.send(from, to, one, id, bytes / switches);
    return to;
  }

  /** Sets the circuit between two NPUs of one line on a switch or on all; calls `onSet` when done. */
  set(from: number, to: number, place: number, token: number): void {
    const found = this.places.find((one) => one !== undefined && isLine(one, from, to)) as Place;
    const { ports, switches } = found;
    this.tokens.set(token, place === ALL_SWITCHES ? switches : 1);
    if (place !== ALL_SWITCHES) ports.set(from, to, place, token);
    else for (let one = 0; one < switches; one++) ports.set(from, to, one, token);
  }

  handle(event: number): void {
    const place = this.places.findLast((one) => one !== undefined && event >= one.firstEvent) as Place;
    place.ports.handle(event - place.firstEvent);
  }

  isQuiet(): boolean {
    return this.places.every((place) => place === undefined || place.ports.isQuiet());
  }

  reports(): LinkReport[] {
    return this.places.flatMap((place) => place?.ports.reports() ?? []);
  }

  private partArrived(id: number): void {
    const left = (this.parts[id] as number) - 1;
    this.parts[id] = left;
    if (left === 0) this.queue.schedule(this.queue.now, eventOf(MESSAGE, id));
  }

  private partSet(token: number): void {
    const left = (this.tokens.get(token) as number) - 1;
    if (left > 0) {
      this.tokens.set(token, left);
      return;
    }
    this.tokens.delete(token);
    this.onSet(token);
  }
}

/** Whether two NPUs differ in the coordinate along this dimension only. */
function isLine({ stride, npus }: Place, a: number, b: number): boolean {
  const [low, block] = [a % stride === b % stride, stride * npus];
  return low && Math.floor(a / block) === Math.floor(b / block);
}
