import { pick, type Random, randomFrom } from '../random.js';
import type { Space } from '../space.js';
import type { Turns } from '../turns.js';
import { type Evaluator, scoreAll } from './evaluator.js';
import { byObjective } from './ranking.js';
import type { Score } from './score.js';
import { neighbours } from './sensitivity.js';

/** Share of the budget for random points at the start. */
const FIRST_SHARE = 0.2;
const FIRST_AT_LEAST = 32;
/** Points per generation; fixed, so that the search does not depend on the number of workers. */
const GENERATION = 64;
const ELITE = 24;
/** Random points among a generation, so that no corner is out of reach. */
const NEWCOMERS = 0.1;
const CROSSED = 0.3;
/** Probability of a step to a neighbouring value instead of any value, if values have an order. */
const SMALL_STEP = 0.6;
/** Attempts to make a new point that satisfies all conditions. */
const ATTEMPTS = 64;
/** Consecutive failed searches near random places after which everything in reach counts as seen. */
const MOST_FRUITLESS = 200;
/** Generations without a better point after which to try every neighbour of the best. */
const PATIENCE = 3;

/**
 * Searches for good points within a budget of evaluations: first random points, then children of
 * the best ones, which differ from their parents in a few axes. Evaluates no point twice.
 * The same seed and budget give the same points.
 */
export async function* search(
  space: Space,
  evaluator: Evaluator,
  { budget, seed }: { readonly budget: number; readonly seed: string },
  turns: Turns,
): AsyncGenerator<readonly Score[]> {
  const random = randomFrom(seed);
  const seen = new Set<number>();
  let elite: Score[] = [];
  let patience = PATIENCE;
  let explored = -1;
  while (seen.size < budget) {
    const best = elite[0]?.point ?? -1;
    const wanted = Math.min(
      budget - seen.size,
      seen.size === 0 ? Math.max(FIRST_AT_LEAST, Math.round(budget * FIRST_SHARE)) : GENERATION,
    );
    let made: number[];
    if (patience === 0 && best !== explored) {
      explored = best;
      made = neighbours(space, best)
        .flat()
        .filter((point) => !seen.has(point))
        .slice(0, budget - seen.size);
      patience = PATIENCE;
      if (made.length === 0) continue;
    } else {
      made = await generation(space, elite, seen, wanted, random, turns);
      // It has seen everything in reach.
      if (made.length === 0) return;
    }
    for (const point of made) seen.add(point);
    const scores = await scoreAll(evaluator, made);
    yield scores;
    elite = [...elite, ...scores].sort(byObjective).slice(0, ELITE);
    patience = elite[0]?.point === best ? Math.max(0, patience - 1) : PATIENCE;
  }
}

async function generation(
  space: Space,
  elite: readonly Score[],
  seen: ReadonlySet<number>,
  wanted: number,
  random: Random,
  turns: Turns,
): Promise<number[]> {
  const made = new Set<number>();
  let fruitless = 0;
  for (let i = 0; i < wanted; i++) {
    for (let attempt = 0; attempt < ATTEMPTS && fruitless < MOST_FRUITLESS; attempt++) {
      if (turns.due) await turns.next();
      // When children are hard to find, take random points.
      const stranger = elite.length === 0 || random() < NEWCOMERS || attempt > ATTEMPTS / 2;
      const point = stranger ? anyPoint(space, random) : child(space, elite, random);
      if (stranger) fruitless = point === undefined ? fruitless + 1 : 0;
      if (point === undefined || seen.has(point) || made.has(point)) continue;
      made.add(point);
      break;
    }
  }
  return [...made];
}

/** A random point; undefined if none is near. */
function anyPoint(space: Space, random: Random): number | undefined {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const index = pick(random, space.size);
    if (space.has(index)) return index;
  }
  // Few combinations are points, so take the next one.
  const next = space.next(pick(random, space.size), space.size);
  return next.found ? next.index : undefined;
}

/** A point made from one or two good ones, changed in one to three axes; undefined if it fails a condition. */
function child(space: Space, elite: readonly Score[], random: Random): number | undefined {
  // Better points are likelier.
  const parent = () =>
    space.positions((elite[Math.min(pick(random, elite.length), pick(random, elite.length))] as Score).point);
  const positions = parent();
  if (random() < CROSSED) {
    const other = parent();
    for (const a of positions.keys()) if (random() < 0.5) positions[a] = other[a] as number;
  }
  for (let changes = 1 + Math.floor(3 * random() ** 2); changes > 0; changes--) {
    const a = pick(random, positions.length);
    const axis = space.axes[a] as Space['axes'][number];
    if (axis.length === 1) continue;
    const at = positions[a] as number;
    const step = random() < 0.5 ? -1 : 1;
    const small = axis.ordered && random() < SMALL_STEP;
    positions[a] = small
      ? Math.max(0, Math.min(axis.length - 1, at + step))
      : (at + 1 + pick(random, axis.length - 1)) % axis.length;
  }
  const index = space.indexOf(positions);
  return space.has(index) ? index : undefined;
}
