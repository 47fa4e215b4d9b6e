import type { StepProgram } from '../../collectives/step-program.js';

const NONE = -1;

/** Messages at one link in a run of a program: how many entered, and those that came before their turn. */
interface Gate {
  entered: number;
  readonly early: Map<number, number>;
}

/**
 * The fixed ways of a program's messages in one run, and whose turn it is on each
 * link. A message joins a link's queue once all earlier turns have joined it.
 */
export class Ways {
  private readonly first: Int32Array;
  readonly links: Int32Array;
  private readonly order: Int32Array | undefined;
  private readonly gates = new Map<number, Gate>();

  constructor({ first, links }: NonNullable<StepProgram['route']>, order: Int32Array | undefined) {
    this.first = first;
    this.links = links;
    this.order = order;
  }

  /** The place in `links` where the way of a send begins. */
  begin(step: number): number {
    return this.first[step] as number;
  }

  /** The place after its end. */
  end(step: number): number {
    return this.first[step + 1] as number;
  }

  /** A message has reached the link at a place of its way. Returns whether it is its turn; if not, keeps it until then. */
  comes(place: number, id: number): boolean {
    if (this.order === undefined) return true;
    const turn = this.order[place] as number;
    const gate = this.gateOf(this.links[place] as number);
    if (turn !== gate.entered) {
      gate.early.set(turn, id);
      return false;
    }
    gate.entered++;
    return true;
  }

  /** Takes the kept message whose turn has come on a link, or returns -1. */
  next(link: number): number {
    const gate = this.gates.get(link);
    const id = gate?.early.get(gate.entered);
    if (gate === undefined || id === undefined) return NONE;
    gate.early.delete(gate.entered);
    gate.entered++;
    return id;
  }

  private gateOf(link: number): Gate {
    let gate = this.gates.get(link);
    if (gate === undefined) {
      gate = { entered: 0, early: new Map() };
      this.gates.set(link, gate);
    }
    return gate;
  }
}
