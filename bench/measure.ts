import { Bench } from 'tinybench';
import type { Case, Outcome, Suite, Target, Timing, Verdict } from './suite.js';

/** Long enough for the optimising compiler to settle. */
const WARM_UP_MS = 250;
/** Per case: the whole bench takes about a minute. */
const BUDGET_MS = 500;

/**
 * Runs the cases of a suite whose full names (`suite/case`) are wanted; undefined when none
 * is. A suite of figures alone has one name, `suite/`.
 */
export function measure(suite: Suite, wanted: (name: string) => boolean): Outcome | undefined {
  const cases = suite.cases?.() ?? [];
  if (!namesOf(suite, cases).some(wanted)) return undefined;
  // A case that others are compared with has to run, wanted or not.
  const needed = new Set(cases.filter(({ name }) => wanted(`${suite.name}/${name}`)).map(({ against }) => against));
  const chosen = cases.filter(({ name }) => wanted(`${suite.name}/${name}`) || needed.has(name));
  const timings: Timing[] = [];
  for (const one of chosen) timings.push(time(suite, one, timings));
  return { suite: suite.name, about: suite.about, timings, figures: suite.figures?.(timings) ?? [] };
}

export function namesOf({ name, cases }: Suite, made = cases?.() ?? []): string[] {
  return made.length === 0 ? [`${name}/`] : made.map((one) => `${name}/${one.name}`);
}

function time(suite: Suite, { name, run, work, against, target }: Case, earlier: readonly Timing[]): Timing {
  const samples = suite.samples ?? 10;
  const bench = new Bench({
    time: BUDGET_MS,
    iterations: samples,
    warmupTime: WARM_UP_MS,
    warmupIterations: 2,
    throws: true,
  });
  // Block body: tinybench looks at what a task returns.
  bench.add(name, () => {
    run();
  });
  const [task] = bench.runSync();
  if (task?.result.state !== 'completed') throw new Error(`${suite.name}/${name} did not complete`);
  const { latency } = task.result;
  const opsPerSecond = 1e3 / latency.p50;
  const perSecond = work === undefined ? opsPerSecond : opsPerSecond * work.amount;
  const other = earlier.find((timing) => timing.name === against);
  return {
    suite: suite.name,
    name,
    medianNs: latency.p50 * 1e6,
    marginPercent: latency.rme,
    samples: latency.samplesCount,
    opsPerSecond,
    ...(work === undefined ? {} : { rate: { perSecond, unit: work.unit } }),
    ...(other === undefined ? {} : { against: { name: other.name, ratio: (latency.p50 * 1e6) / other.medianNs } }),
    ...(target === undefined ? {} : { target: judge(target, latency.p50, perSecond) }),
  };
}

function judge(target: Target, medianMs: number, perSecond: number): Verdict {
  if ('atMostMs' in target) return { text: `at most ${target.atMostMs} ms`, met: medianMs <= target.atMostMs };
  const { atLeastPerSecond } = target;
  return { text: `at least ${atLeastPerSecond / 1e6} M/s`, met: perSecond >= atLeastPerSecond };
}
