import * as v from 'valibot';
import { ConfigError } from '../../base/errors.js';
import type { Quantity } from '../../base/units.js';
import { keys, parse, quantity } from '../../base/validate.js';
import { GraphBuilder } from '../../workload/build/graph-builder.js';
import type { Trace } from '../chakra/graph.js';
import { traceOf } from '../chakra/trace-of.js';
import { type MscclAlgorithm, STEP_TYPES, type StepAction } from './algorithm.js';
import { checkAlgorithm } from './check-algorithm.js';
import type { StepRun } from './replay.js';
import { checkShape } from './schema.js';

export interface MscclTraceOptions {
  /** The whole buffer, as nccl-tests counts it: bytes or `"100 MiB"`. */
  readonly size: Quantity;
  /**
   * Bandwidth at which chunks are reduced (two reads and a write) and copied (a read and a
   * write): bytes per ns, or `"1600 GB/s"`. The time is rounded to whole microseconds, which is
   * what a trace can say. Default: they take no time (that is 1 ns).
   */
  readonly localMemoryBandwidth?: Quantity;
}

export interface MscclTraces {
  /** One per rank, for a custom collective. */
  readonly traces: Trace[];
  /** Bytes of a chunk: the size divided by the number of chunks, rounded up. */
  readonly chunkBytes: number;
}

const schema = keys({
  size: quantity('bytes', { atLeast: 1, whole: true }),
  localMemoryBandwidth: v.optional(quantity('bandwidth', { above: 0 })),
});

/**
 * Turns an algorithm into the traces of a custom collective: sends, receives, and computations
 * for what is reduced or copied.
 *
 * A thread block does one thing after the other: a step begins when the one before it has
 * ended, a send when its message has arrived. What a step receives it has whole before it
 * reduces or sends it on: MSCCL cuts it in slices and overlaps them.
 *
 * @throws ConfigError when the algorithm does not compute its collective, or an option is wrong.
 */
export function mscclTraces(algorithm: MscclAlgorithm, options: MscclTraceOptions): MscclTraces {
  const { size, localMemoryBandwidth } = parse(schema, options);
  checkShape(algorithm);
  const chunkBytes = Math.ceil(size / algorithm.chunks);
  const builders = algorithm.gpus.map(({ blocks }) => {
    return new RankBuilder(
      chunkBytes,
      localMemoryBandwidth,
      blocks.map(({ id }) => id),
    );
  });
  // In an order in which they may run: all that a step depends on is there already.
  checkAlgorithm(algorithm, (run) => builders[run.gpu]?.add(run));
  return { traces: builders.map((builder) => builder.trace()), chunkBytes };
}

/** Builds the trace of one rank. */
class RankBuilder {
  readonly #builder = new GraphBuilder();
  readonly #chunkBytes: number;
  readonly #bandwidth: number | undefined;
  /** Of each thread block, for each of its steps: the nodes after which it is over. */
  readonly #ends: Map<number, (readonly number[])[]>;

  constructor(chunkBytes: number, bandwidth: number | undefined, blocks: readonly number[]) {
    this.#chunkBytes = chunkBytes;
    this.#bandwidth = bandwidth;
    this.#ends = new Map(blocks.map((id) => [id, []]));
  }

  trace(): Trace {
    return traceOf(this.#builder.graph());
  }

  add({ gpu, block, step, receivedTag, sentTag }: StepRun): void {
    const { operands }: StepAction = STEP_TYPES[step.type];
    const bytes = step.count * this.#chunkBytes;
    if (!Number.isSafeInteger(bytes)) {
      throw new ConfigError([{ path: 'size', expected: 'messages of fewer than 2^53 bytes', got: 'more' }]);
    }
    const ends = this.#ends.get(block.id) as (readonly number[])[];
    const awaited = step.waitsFor && this.#ends.get(step.waitsFor.block)?.[step.waitsFor.step];
    let last: readonly number[] = [...new Set([...(ends.at(-1) ?? []), ...(awaited ?? [])])];
    const name = `tb ${block.id} step ${ends.length} ${step.type}`;
    if (receivedTag !== undefined) {
      const transfer = { peer: block.receivesFrom, self: gpu, bytes, tag: receivedTag };
      last = [this.#builder.receive(`${name} receive`, last, transfer)];
    }
    const isCopy = step.type === 'cpy';
    if (operands.length > 1 || isCopy) {
      const micros = this.#bandwidth === undefined ? 0 : ((isCopy ? 2 : 3) * bytes) / this.#bandwidth / 1000;
      last = [this.#builder.compute(`${name} ${isCopy ? 'copy' : 'reduce'}`, last, 1000 * Math.round(micros))];
    }
    if (sentTag !== undefined) {
      last = [this.#builder.send(`${name} send`, last, { peer: block.sendsTo, self: gpu, bytes, tag: sentTag })];
    }
    ends.push(last);
  }
}
