import { FlowNetwork } from '../../bounds/max-flow.js';

/** Units that come into a device from one neighbour, or go out to it. */
export interface Flank {
  readonly device: number;
  readonly units: number;
}

/** Units that pass a device from one of its neighbours to another. */
export interface Passage {
  readonly from: number;
  readonly to: number;
  readonly units: number;
}

/**
 * Spreads what comes into a device over what goes out, as evenly as it can: the more connections a switch
 * becomes, the shallower the trees over them. A flow from `into` to `out` in which no passage has much more than
 * its proportional part, such that everything passes; `isUseful` says which passages may be. When those do not
 * suffice, the rest does not pass.
 */
export function spread(
  into: readonly Flank[],
  out: readonly Flank[],
  grain: number,
  isUseful: (from: number, to: number) => boolean,
): Passage[] {
  const total = into.reduce((units, flank) => units + flank.units, 0);
  const network = new FlowNetwork(into.length + out.length + 2);
  const [source, sink] = [into.length + out.length, into.length + out.length + 1];
  into.forEach(({ units }, row) => {
    network.addLink(source, row, units);
  });
  out.forEach(({ units }, column) => {
    network.addLink(into.length + column, sink, units);
  });
  const cells: { row: number; column: number; arc: number }[] = [];
  into.forEach(({ device: from }, row) => {
    // Everybody begins with another neighbour, or the first would get most of what cannot be divided.
    for (let i = 0; i < out.length; i++) {
      const column = (row + out.length - 1 - i) % out.length;
      if (!isUseful(from, (out[column] as Flank).device)) continue;
      cells.push({ row, column, arc: network.addLink(row, into.length + column, 0) });
    }
  });
  const most = (factor: number, row: number, column: number) =>
    grain * Math.ceil((factor * (into[row] as Flank).units * (out[column] as Flank).units) / total / grain);
  for (let factor = 1; ; factor *= 2) {
    network.reset();
    for (const { row, column, arc } of cells) network.setCapacity(arc, most(factor, row, column));
    if (network.maxFlow(source, sink, total) === total || factor > total) break;
  }
  return cells
    .map(({ row, column, arc }) => ({
      from: (into[row] as Flank).device,
      to: (out[column] as Flank).device,
      units: network.flow(arc),
    }))
    .filter(({ units }) => units > 0);
}
