/** A group of links in reports: a dimension of a grid, a tier of a graph. */
export interface LinkGroup {
  readonly name: string;
}

/**
 * Links and routes. Devices 0 ... npus - 1 are NPUs, the others switches; links are directed and
 * numbered from 0. Knows no algorithm, no price and no queue.
 */
export interface Network {
  readonly npus: number;
  readonly devices: number;
  readonly links: number;
  readonly groups: readonly LinkGroup[];
  /** The next link of a message from `device` to the device `to`; -1 if it is there. */
  next(device: number, to: number): number;
  /** The device that a link leaves; `end` is the one it leads to. */
  start(link: number): number;
  end(link: number): number;
  /** Bytes per ns. */
  bandwidth(link: number): number;
  /** ns; may be fractional. */
  latency(link: number): number;
  /** Index into {@link groups}. */
  group(link: number): number;
  /** The NPU of a link: on a grid its sender, or its receiver behind a switch; on a graph the device it leaves. */
  owner(link: number): number;
  /** A link's name among those of its owner; on a graph its full name. */
  port(link: number): string;
  /** For people: `"dimension 0: NPU 3 -> NPU 4"`. */
  name(link: number): string;
}
