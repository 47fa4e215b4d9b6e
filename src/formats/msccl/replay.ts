import { ConfigError, type Issue } from '../../base/errors.js';
import {
  type MscclAlgorithm,
  STEP_TYPES,
  type Step,
  type StepAction,
  stepName,
  type ThreadBlock,
} from './algorithm.js';
import { Channels } from './channels.js';
import { CollectiveClaim } from './collective-claim.js';
import { type Contributions, describe, sum } from './contributions.js';
import { Memory } from './memory.js';

/** A step that has been run. */
export interface StepRun {
  readonly gpu: number;
  readonly block: ThreadBlock;
  readonly step: Step;
  /** Numbers of the messages received and sent, each unique between the two GPUs. */
  readonly receivedTag: number | undefined;
  readonly sentTag: number | undefined;
}

/** In which order thread blocks get their turn, each running for as long as it can. */
export type TurnOrder = 'ascending' | 'descending';

/** Stuck thread blocks that are told. */
const TOLD = 10;

interface Thread {
  readonly gpu: number;
  readonly block: ThreadBlock;
  /** Steps that are over. */
  over: number;
}

/**
 * Runs an algorithm on sets of contributions instead of numbers; returns what the memory of
 * each GPU holds in the end.
 *
 * @param onStep told of each step, in the order in which they run
 * @throws ConfigError when it reads what nobody has written, adds something twice, sends what
 * nobody receives or comes to a standstill; with the line of the step.
 */
export function replay(algorithm: MscclAlgorithm, order: TurnOrder, onStep: (run: StepRun) => void = () => {}): Memory {
  const { gpus } = algorithm;
  const machine = new Machine(algorithm, onStep);
  const threads = gpus.flatMap(({ id }) => [...(machine.threads[id] as ReadonlyMap<number, Thread>).values()]);
  if (order === 'descending') threads.reverse();
  for (let moves = true; moves; ) {
    moves = false;
    for (const thread of threads) while (machine.run(thread)) moves = true;
  }
  machine.checkEnd();
  return machine.memory;
}

class Machine {
  readonly memory: Memory;
  /** Of each GPU, by id of the thread block. */
  readonly threads: readonly ReadonlyMap<number, Thread>[];
  readonly #algorithm: MscclAlgorithm;
  readonly #onStep: (run: StepRun) => void;
  readonly #channels = new Channels();

  constructor(algorithm: MscclAlgorithm, onStep: (run: StepRun) => void) {
    this.#algorithm = algorithm;
    this.#onStep = onStep;
    this.memory = new Memory(new CollectiveClaim(algorithm));
    this.threads = algorithm.gpus.map(
      ({ id, blocks }) => new Map(blocks.map((block) => [block.id, { gpu: id, block, over: 0 }])),
    );
  }

  /** Runs the next step of a thread block, if there is one that need not wait. */
  run(thread: Thread): boolean {
    const { gpu, block, over } = thread;
    const step = block.steps[over];
    if (step === undefined || this.#waitsFor(thread, step) !== undefined) return false;
    const { operands, stores, sends }: StepAction = STEP_TYPES[step.type];
    const message = operands.includes('received')
      ? this.#channels.receive(block.receivesFrom, gpu, block.channel)
      : undefined;
    if (message !== undefined && message.values.length !== step.count) {
      throw this.#wrong(
        thread,
        `a message of ${step.count} chunks`,
        `one of ${message.values.length}, from ${message.sentBy}`,
      );
    }
    const values: Contributions[] = [];
    for (let i = 0; operands.length > 0 && i < step.count; i++) {
      const read = {
        received: () => message?.values[i],
        source: () => this.#read(thread, step, 'source', i),
        target: () => this.#read(thread, step, 'target', i),
      };
      const [first, second] = operands.map((operand) => read[operand]() as Contributions);
      const value = second === undefined ? (first as Contributions) : this.#add(thread, first as Contributions, second);
      if (stores) this.memory.write(gpu, step.target, i, value);
      values.push(value);
    }
    const sentTag = sends
      ? this.#channels.send(gpu, block.sendsTo, block.channel, values, this.#name(thread))
      : undefined;
    thread.over++;
    this.#onStep({ gpu, block, step, receivedTag: message?.tag, sentTag });
    return true;
  }

  /** @throws ConfigError when not all steps are over, or not all messages received. */
  checkEnd(): void {
    const stuck: Issue[] = [];
    let more = 0;
    for (const thread of this.threads.flatMap((blocks) => [...blocks.values()])) {
      const step = thread.block.steps[thread.over];
      if (step === undefined) continue;
      if (stuck.length === TOLD) more++;
      else
        stuck.push({
          path: this.#name(thread),
          expected: 'a step that can run',
          got: `one that waits for ${this.#waitsFor(thread, step)}`,
        });
    }
    if (more > 0)
      stuck.push({ path: this.#algorithm.file, expected: 'steps that can run', got: `${more} more that wait` });
    const unread = this.#channels.unread();
    if (stuck.length === 0 && unread !== undefined) {
      stuck.push({ path: unread, expected: 'a receive for every message', got: 'none for this one' });
    }
    if (stuck.length > 0) throw new ConfigError(stuck);
  }

  /** What a step has to wait for, if anything. */
  #waitsFor({ gpu, block }: Thread, { type, waitsFor }: Step): string | undefined {
    const other = waitsFor === undefined ? undefined : this.threads[gpu]?.get(waitsFor.block);
    if (waitsFor !== undefined && other !== undefined && other.over <= waitsFor.step) {
      return `step ${waitsFor.step} of tb ${waitsFor.block}, which has not run`;
    }
    const { operands }: StepAction = STEP_TYPES[type];
    const { receivesFrom, channel } = block;
    if (!operands.includes('received') || this.#channels.has(receivesFrom, gpu, channel)) return undefined;
    return `a message from gpu ${receivesFrom} on channel ${channel}, which has not been sent`;
  }

  #read(thread: Thread, step: Step, side: 'source' | 'target', i: number): Contributions {
    const value = this.memory.read(thread.gpu, step[side], i);
    if (value !== undefined) return value;
    const { buffer, offset } = step[side];
    throw this.#wrong(thread, 'chunks that hold something', `chunk ${offset + i} of buffer ${buffer}, never written`);
  }

  #add(thread: Thread, a: Contributions, b: Contributions): Contributions {
    const result = sum(a, b);
    if (typeof result !== 'number') return result;
    const inputs = this.memory.inputs;
    const [left, right] = [describe(a, inputs), describe(b, inputs)];
    throw this.#wrong(
      thread,
      'to add what is not in the sum yet',
      `${left} plus ${right}: ${describe([result], inputs)} twice`,
    );
  }

  #wrong(thread: Thread, expected: string, got: string): ConfigError {
    return new ConfigError([{ path: this.#name(thread), expected, got }]);
  }

  #name({ gpu, block, over }: Thread): string {
    const line = block.steps[over]?.line ?? 0;
    return stepName(this.#algorithm.file, gpu, block.id, over, line);
  }
}
