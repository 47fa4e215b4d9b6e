import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { StepBuilder } from '../../src/collectives/index.js';
import { ConfigError, SimulationError, simulateCollective } from '../../src/index.js';
import { sweep } from '../../src/sweep/index.js';
import { goodCalls } from '../support/good-calls.js';
import { HOSTILE, nanIn, withPart } from '../support/hostile.js';

const { exports } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly exports: Readonly<Record<string, { readonly default?: string }>>;
};

type Callable = (...args: readonly unknown[]) => unknown;
type Class = new (...args: readonly unknown[]) => object;

const doors = await Promise.all(
  Object.entries(exports).flatMap(([subpath, { default: built }]) =>
    built === undefined ? [] : [load(subpath, built.replace('./dist/', '').replace(/\.js$/, '.ts'))],
  ),
);

async function load(subpath: string, file: string) {
  const module = (await import(`../../src/${file}`)) as Readonly<Record<string, unknown>>;
  const functions = Object.entries(module).filter(
    (entry): entry is [string, Callable] => typeof entry[1] === 'function' && !isClass(entry[1] as Callable),
  );
  const classes = Object.entries(module).filter(
    (entry): entry is [string, Class] => typeof entry[1] === 'function' && isClass(entry[1] as Callable),
  );
  return { subpath, functions, classes };
}

/** Classes cannot be called, only made. */
function isClass(callable: Callable): boolean {
  return /^class\b/.test(Function.prototype.toString.call(callable));
}

/** What a call did that it should not: throw anything but our own errors, take seconds, hand out NaN. */
async function misdeed(name: string, call: () => unknown): Promise<string | undefined> {
  // Processor time: on a busy machine everything takes long.
  const began = process.cpuUsage();
  try {
    const result = await call();
    // A chart from callers' own parts has what they put into it.
    const nan = name === 'chart' ? undefined : nanIn(result);
    if (nan !== undefined) return `NaN at ${nan}`;
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof SimulationError)) {
      return `${String(error)} ${(error as Error).stack?.split('\n').find((line) => line.includes('/src/')) ?? ''}`;
    }
    if (error.message === '') return 'an error without words';
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal would obey
    if (/[\u0000-\u0009\u000b-\u001f]/.test(error.message))
      return `control characters: ${JSON.stringify(error.message)}`;
    if (/Invalid (type|key|length|value|format)|but received/.test(error.message))
      return `not our words: ${error.message}`;
  }
  const { user, system } = process.cpuUsage(began);
  const tookMs = (user + system) / 1000;
  return tookMs > 3000 ? `${Math.round(tookMs)} ms` : undefined;
}

const good = goodCalls();

/** How classes are made, and what objects with methods of ours come of calls. */
const MADE: Readonly<Record<string, () => object>> = {
  StepBuilder: () => {
    const steps = new StepBuilder({ ranks: 2, blocks: 1 });
    steps.send(0, 1, 0);
    return steps;
  },
  sweep: () => sweep(...(good.get('sweep') as Parameters<typeof sweep>)),
};

/** What callers may call; the rest is private, which only TypeScript knows. */
const METHODS: Readonly<Record<string, readonly string[]>> = {
  StepBuilder: ['send', 'receive', 'reduce', 'copy', 'compute', 'mark', 'require', 'build'],
  sweep: Object.entries(MADE['sweep']?.() ?? {}).flatMap(([name, part]) => (typeof part === 'function' ? [name] : [])),
};

describe.each(Object.entries(MADE))('an object of %s', (name, make) => {
  test.each(METHODS[name] ?? [])('%s, called with anything', async (method) => {
    const bad: string[] = [];
    for (const [hostile, value] of HOSTILE) {
      for (const args of [
        [],
        [value()],
        [0, value()],
        [0, 1, value()],
        [0, 1, 0, value()],
        [value(), value(), value()],
      ]) {
        const object = make();
        const found = await misdeed(name, () => (Reflect.get(object, method) as Callable).apply(object, args));
        if (found !== undefined) bad.push(`${name}.${method}, ${args.length} of ${hostile}: ${found}`);
      }
    }
    expect(bad).toEqual([]);
  });
});

test('a builder with an option that is anything', async () => {
  const placement = { at: 0, perRank: 0, perBlock: 1, rows: { length: 1, apart: 1 } };
  const options = {
    ...{ ranks: 2, blocks: 1, blockBytes: 1, input: placement, output: placement, sendsEnd: 'arrived' },
    ...{ paysEndpoint: true, matching: 'on-arrival', nameOf: () => 'a step' },
  };
  const build = (given: unknown) => {
    const steps = new StepBuilder(given as never);
    steps.send(0, 1, 0);
    steps.receive(1, 0, 0, { after: 7 });
    return steps.build();
  };
  const bad: string[] = [];
  for (const [hostile, value] of HOSTILE) {
    for (const [where, changed] of withPart(options, value)) {
      const found = await misdeed('StepBuilder', () => build(changed));
      if (found !== undefined) bad.push(`${hostile} at ${where}: ${found}`);
    }
  }
  expect(bad).toEqual([]);
});

describe.each(doors)('astra-sim-ts$subpath', ({ functions, classes }) => {
  for (const [name, made] of classes) {
    test(`new ${name} of anything`, async () => {
      const bad: string[] = [];
      for (const [hostile, value] of HOSTILE) {
        for (const args of [[], [value()], ['x', value()], ['x', 0, value()], [value(), value()]]) {
          const found = await misdeed(name, () => new made(...args));
          if (found !== undefined) bad.push(`new ${name}, ${args.length} of ${hostile}: ${found}`);
        }
      }
      expect(bad).toEqual([]);
    });
  }

  for (const [name, callable] of functions) {
    test(`${name}, called with anything`, async () => {
      const bad: string[] = [];
      for (const [hostile, value] of HOSTILE) {
        for (const args of [[value()], [value(), value()]]) {
          const found = await misdeed(name, () => callable(...args));
          if (found !== undefined) bad.push(`${name}(${args.map(() => hostile).join(', ')}): ${found}`);
        }
      }
      expect(bad).toEqual([]);
    });

    const args = good.get(name);
    if (args === undefined) continue;
    test(`${name}, with a good call in which one part is anything`, async () => {
      expect(await misdeed(name, () => callable(...args))).toBeUndefined();
      const bad: string[] = [];
      for (const [hostile, value] of HOSTILE) {
        for (const [where, changed] of withPart(args, value)) {
          if (!Array.isArray(changed)) continue;
          const found = await misdeed(name, () => callable(...changed));
          if (found !== undefined) bad.push(`${name}: ${hostile} at ${where}: ${found}`);
        }
      }
      expect(bad).toEqual([]);
    });
  }
});

test('a spec with 200,000 things wrong says twenty and counts the others', () => {
  const spec = Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`key${i}`, i]));
  const error = (() => {
    try {
      return simulateCollective(spec as never);
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toBeInstanceOf(ConfigError);
  const { message, issues } = error as ConfigError;
  expect(message.split('\n')).toHaveLength(21);
  expect(message).toMatch(/and 199,9\d\d more$|and 200,\d{3} more$|more than/);
  expect(issues.length).toBeGreaterThan(20);
});
