import type { Warning } from '../base/warnings.js';
import { type Collective, totalBytes } from '../collectives/collective.js';
import type { Calibration } from '../costs/calibrate/calibration.js';
import type { Machine } from '../plan/machine.js';
import { type CurveCall, curveWarning, type FittedTime, fittedTime, noTable } from '../report/curve-time.js';

/** A collective of a workload: all NPUs, or the members of a group. */
interface Asked {
  readonly collective: Collective;
  readonly ranks: number;
  /** Bytes each rank enters with. */
  readonly bytes: number;
  /** Undefined for all NPUs. */
  readonly members: readonly number[] | undefined;
}

/** Times of collectives by the curves of a calibration. Those that it has none for are simulated. */
export class FittedCollectives {
  readonly #costs: Calibration;
  readonly #machine: Pick<Machine, 'dimensions' | 'graph'>;
  readonly #known = new Map<string, FittedTime | undefined>();
  /** The first that has no curve, and the names of all. */
  #first: CurveCall | undefined;
  readonly #without = new Set<string>();

  constructor(costs: Calibration, machine: Pick<Machine, 'dimensions' | 'graph'>) {
    this.#costs = costs;
    this.#machine = machine;
  }

  /**
   * The time of a collective; undefined when it is to be simulated.
   * @throws ConfigError when several tables fit it.
   */
  of({ collective, ranks, bytes, members }: Asked): FittedTime | undefined {
    const nodes = members && nodesOf(members, this.#machine);
    const call = { collective, ranks, bytes: totalBytes(collective, ranks, bytes), nodes };
    const key = `${collective} ${ranks} ${bytes} ${nodes}`;
    if (this.#known.has(key)) return this.#known.get(key);
    const fitted = fittedTime(this.#costs, call);
    this.#known.set(key, fitted);
    if (fitted === undefined) this.simulated(call);
    return fitted;
  }

  /** Notes a collective that is simulated for whatever reason. */
  simulated(call: CurveCall): void {
    const { collective, ranks, nodes } = call;
    this.#first ??= call;
    this.#without.add(`${collective} on ${ranks} ranks${nodes === undefined ? '' : ` of ${nodes} nodes`}`);
  }

  /** @throws ConfigError when there were collectives, and none has a curve. */
  refuseUnused(): void {
    if (this.#first !== undefined && this.#used().length === 0) throw noTable(this.#first, this.#costs.tables);
  }

  /** What has no curve. */
  simulatedWarnings(): Warning[] {
    if (this.#without.size === 0) return [];
    const collectives = [...this.#without].join(', ');
    const message = `the costs have no table of ${collectives}: these are simulated, with the numbers of the network`;
    return [{ code: 'no-fitted-costs', message, data: { collectives } }];
  }

  /** What has one, each table and law once. */
  curveWarnings(): Warning[] {
    return [
      ...new Map(
        this.#used()
          .map(curveWarning)
          .map((one) => [one.message, one]),
      ).values(),
    ];
  }

  #used(): FittedTime[] {
    return [...this.#known.values()].filter((one) => one !== undefined);
  }
}

/** Nodes that NPUs of a grid of several dimensions lie on: those along the first one share theirs. */
function nodesOf(
  members: readonly number[],
  { dimensions, graph }: Pick<Machine, 'dimensions' | 'graph'>,
): number | undefined {
  const [first, ...others] = dimensions.filter(({ npus }) => npus > 1);
  if (graph !== undefined || first === undefined || others.length === 0) return undefined;
  return new Set(members.map((npu) => Math.floor(npu / first.npus))).size;
}
