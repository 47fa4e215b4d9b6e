import { ConfigError } from '../../base/errors.js';
import type { Cargo } from '../../collectives/cargo.js';
import { group } from '../../collectives/column.js';
import { COPY, nameOfStep, RECEIVE, REDUCE, SEND, type StepProgram } from '../../collectives/step-program.js';
import type { Place, StepType } from './algorithm.js';
import { BEFORE } from './lower.js';
import type { Thread } from './threads.js';

/** A `<step>` of a thread block. */
export interface Line {
  readonly type: StepType;
  readonly source: Place;
  readonly target: Place;
  readonly count: number;
  readonly after: { readonly block: number; readonly step: number } | undefined;
  tells: boolean;
  /** The step of the program that sends, if any does. */
  readonly send: number | undefined;
}

/** A rank's part of the file. */
export interface RankLines {
  readonly copies: readonly { readonly from: number; readonly to: number }[];
  readonly blocks: readonly (Omit<Thread, 'steps'> & { readonly lines: readonly Line[] })[];
}

/** Steps that the format writes as one: a receive, a sum, and a forwarding send. */
interface Fused {
  readonly type: StepType;
  readonly source: readonly number[];
  readonly target: readonly number[];
  readonly steps: readonly number[];
}

const NOWHERE: Place = { buffer: 'i', offset: 0 };

/** The steps of a rank's thread blocks; `placeOf` gives the places of cells. */
export function threadLines(
  program: StepProgram,
  threads: readonly Thread[],
  placeOf: (step: number, cells: readonly number[]) => Place,
): RankLines {
  const needs = needsOf(program);
  const blocks = threads.filter(({ id }) => id !== BEFORE);
  const fused = blocks.map(({ steps }) => fuse(program, steps));
  // Where a step that others may wait for is written: its block, and the number of the line.
  const spots = new Map<number, { block: number; step: number }>();
  const isCopy = new Set(threads.find(({ id }) => id === BEFORE)?.steps);
  const waits = fused.map((list, b) => {
    const { id } = blocks[b] as Thread;
    const own = new Set((blocks[b] as Thread).steps);
    let line = 0;
    return list.map(({ steps }) => {
      const others = needs(steps[0] as number).filter((step) => !own.has(step) && !isCopy.has(step));
      // Each dependency except the last needs its own nop.
      line += Math.max(0, others.length - 1);
      spots.set(steps.at(-1) as number, { block: id, step: line++ });
      return others;
    });
  });
  const lines = fused.map((list, b) =>
    list.flatMap(({ type, source, target, steps }, i): Line[] => {
      const [step = 0] = steps;
      const afters = (waits[b]?.[i] ?? []).map((other) => spots.get(other));
      const nops = afters.slice(0, -1).map((after): Line => {
        return { type: 'nop', source: NOWHERE, target: NOWHERE, count: 0, after, tells: false, send: undefined };
      });
      const places = {
        source: source.length === 0 ? NOWHERE : placeOf(step, source),
        target: target.length === 0 ? NOWHERE : placeOf(step, target),
      };
      const count = Math.max(source.length, target.length);
      const send = steps.find((one) => program.does[one] === SEND);
      return [...nops, { type, ...places, count, after: afters.at(-1), tells: false, send }];
    }),
  );
  const byId = new Map(blocks.map(({ id }, b) => [id, lines[b] as Line[]]));
  for (const { after } of lines.flat()) {
    const awaited = after === undefined ? undefined : byId.get(after.block)?.[after.step];
    if (awaited !== undefined) awaited.tells = true;
  }
  return {
    copies: [...isCopy].map((step) => {
      const [from = [], to = []] = cellsOf(program, step, 2);
      return { from: placeOf(step, from).offset, to: placeOf(step, to).offset };
    }),
    blocks: blocks.map(({ steps, ...block }, b) => ({ ...block, lines: lines[b] as Line[] })),
  };
}

/** Per step: the steps it needs. */
function needsOf({ waiters }: StepProgram): (step: number) => readonly number[] {
  const count = waiters.first.length - 1;
  const awaited = new Int32Array(waiters.steps.length);
  for (let step = 0; step < count; step++) awaited.fill(step, waiters.first[step], waiters.first[step + 1]);
  const lists = group(
    count,
    awaited.length,
    (i) => waiters.steps[i] as number,
    (i) => awaited[i] as number,
  );
  return (step) => [...lists.values.subarray(lists.first[step], lists.first[step + 1])];
}

/** The cells of a step, cut into lists of equal length. */
function cellsOf({ cargo }: StepProgram, step: number, parts: number): number[][] {
  const { first, cells } = cargo as Cargo;
  const begin = first[step] as number;
  const count = ((first[step + 1] as number) - begin) / parts;
  return Array.from({ length: parts }, (_, part) => [
    ...cells.subarray(begin + part * count, begin + (part + 1) * count),
  ]);
}

function fuse(program: StepProgram, steps: readonly number[]): Fused[] {
  const { does, needs, waiters } = program;
  const fused: Fused[] = [];
  /** Whether only `next` waits for `step`, and `next` waits for nothing else. */
  const leadsTo = (step: number, next: number | undefined): next is number => {
    const at = waiters.first[step] as number;
    const isOnly = (waiters.first[step + 1] as number) - at === 1 && waiters.steps[at] === next;
    return next !== undefined && isOnly && needs[next] === 1;
  };
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i] as number;
    const sendsOn = (from: number, next: number | undefined, cells: readonly number[]) =>
      leadsTo(from, next) && does[next] === SEND && isSame(cellsOf(program, next, 1)[0] ?? [], cells);
    if (program.cargo?.first[step] === program.cargo?.first[step + 1]) {
      // It moves nothing; others can only wait for it.
      fused.push({ type: 'nop', source: [], target: [], steps: [step] });
      continue;
    }
    switch (does[step]) {
      case SEND:
        fused.push({ type: 's', source: cellsOf(program, step, 1)[0] ?? [], target: [], steps: [step] });
        break;
      case COPY: {
        const [source = [], target = []] = cellsOf(program, step, 2);
        fused.push({ type: 'cpy', source, target, steps: [step] });
        break;
      }
      case REDUCE: {
        const [a = [], b = [], target = []] = cellsOf(program, step, 3);
        const source = isSame(b, target) ? a : isSame(a, target) ? b : undefined;
        if (source === undefined) throw unsayable(program, step, 'a sum that goes where one of its operands is');
        fused.push({ type: 're', source, target, steps: [step] });
        break;
      }
      case RECEIVE: {
        const [target = []] = cellsOf(program, step, 1);
        const next = steps[i + 1];
        if (!target.some((cell) => cell < 0)) {
          const goesOn = sendsOn(step, next, target);
          fused.push({
            type: goesOn ? 'rcs' : 'r',
            source: [],
            target,
            steps: goesOn ? [step, next as number] : [step],
          });
          if (goesOn) i++;
          break;
        }
        if (!leadsTo(step, next) || does[next] !== REDUCE) throw unsayable(program, step, 'a reduction right after it');
        const [received = [], source = [], sum = []] = cellsOf(program, next, 3);
        if (!isSame(received, target)) throw unsayable(program, next, 'what was received as the first operand');
        const after = steps[i + 2];
        const goesOn = sendsOn(next, after, sum);
        const stores = !sum.some((cell) => cell < 0);
        if (!stores && !goesOn) throw unsayable(program, next, 'a sum that is stored or sent');
        fused.push({
          type: !stores ? 'rrs' : goesOn ? 'rrcs' : 'rrc',
          source,
          target: stores ? sum : [],
          steps: goesOn ? [step, next, after as number] : [step, next],
        });
        i += goesOn ? 2 : 1;
        break;
      }
    }
  }
  return fused;
}

function unsayable(program: StepProgram, step: number, expected: string): ConfigError {
  return new ConfigError([
    { path: nameOfStep(program, step), expected, got: 'something else, which MSCCL cannot say' },
  ]);
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((cell, i) => cell === b[i]);
}
