import { reduces, type TokenProgram } from '../../collectives/token-program.js';
import { type Endpoint, reductionNs } from '../../costs/endpoint.js';
import type { OffsetDelay } from '../../topology/logical-dimension.js';

/** Duration of a program, and whether its barrier opens in a tick in which a token becomes free. */
export interface AllAtOnce {
  /** Undefined if packets overtake each other in a way that has no closed form. */
  readonly ns: number | undefined;
  readonly barrierIsTie: boolean;
}

/**
 * The closed form of direct without a limit: `window` packets go at once, each to its own rank, with
 * delays d, an end-point delay e and a reduction r (0 where received data are kept).
 *
 * - One round (`sends` = `window`): all leave at e, arrive at e + d, and have been paid for at
 *   `f = 2 e + d + r`. It ends with the last: `2 e + max d + r`.
 * - Two rounds with a barrier between them (all-reduce): the barrier opens with the last arrival, at
 *   `o = e + max d`. Tokens that are free before then wait for the first that becomes free after it, at T.
 *   So packet j of the second round leaves at `max(T, f_j)`, f in ascending order, and the end is
 *   `max over j (max(T, f_j) + d_j) + e + r'`. This fails if a packet of the second round may be back, at
 *   `T + d + e + r'`, before the last f, or if a token becomes free at o itself: only the player can tell
 *   whether it finds the barrier open.
 *
 * @returns undefined when the program has another form.
 */
export function allAtOnce(program: TokenProgram, delay: OffsetDelay, endpoint: Endpoint): AllAtOnce | undefined {
  const { sends, window, bytes, offsets, barrier } = program;
  const [size = 0, ...others] = bytes;
  const rounds = barrier === 0 ? 1 : 2;
  const fits = others.length === 0 && offsets.length === window && sends === rounds * window;
  if (!fits || window === 1 || program.pairwise || (barrier !== 0 && barrier !== window)) return undefined;
  const first = reductionOfRound(program, endpoint, 1);
  const second = rounds === 1 ? 0 : reductionOfRound(program, endpoint, 2);
  if (first === undefined || second === undefined) return undefined;

  const { delay: e } = endpoint;
  const delays = new Float64Array(window);
  for (let i = 0; i < window; i++) delays[i] = delay(offsets[i] as number, size);
  const longest = delays.reduce((most, ns) => Math.max(most, ns), 0);
  const last = 2 * e + longest + first;
  if (rounds === 1) return { ns: last, barrierIsTie: false };

  const opens = e + longest;
  const free = delays.map((ns) => 2 * e + ns + first).sort();
  const after = free.findIndex((ns) => ns >= opens);
  const go = free[after] as number;
  if (go === opens || longest === 0) return { ns: undefined, barrierIsTie: true };
  const shortest = delays.reduce((least, ns) => Math.min(least, ns), Infinity);
  if (go + shortest + e + second < last) return { ns: undefined, barrierIsTie: false };
  let ns = 0;
  for (let j = 0; j < window; j++) ns = Math.max(ns, Math.max(go, free[j] as number) + (delays[j] as number));
  return { ns: ns + e + second, barrierIsTie: false };
}

/** What each packet of a round of receipts pays for its reduction; undefined if they differ. */
function reductionOfRound(program: TokenProgram, endpoint: Endpoint, round: number): number | undefined {
  const { window, reducing, bytes } = program;
  const from = round * window;
  const pays = reduces(program, from);
  // Within a cycle the packets that reduce are consecutive.
  const cycle = window + reducing;
  const sameCycle = Math.floor(from / cycle) === Math.floor((from + window - 1) / cycle);
  if (!sameCycle || pays !== reduces(program, from + window - 1)) return undefined;
  return pays ? reductionNs(endpoint, bytes[0] as number) : 0;
}
