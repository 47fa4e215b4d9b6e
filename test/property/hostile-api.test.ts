import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ConfigError, SimulationError, simulateCollective } from '../../src/index.js';
import { goodCalls } from '../support/good-calls.js';
import { HOSTILE, nanIn, withPart } from '../support/hostile.js';

const { exports } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly exports: Readonly<Record<string, { readonly default?: string }>>;
};

type Callable = (...args: readonly unknown[]) => unknown;

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
  return { subpath, functions };
}

/** Classes cannot be called, only made. */
function isClass(callable: Callable): boolean {
  return /^class\b/.test(Function.prototype.toString.call(callable));
}

/** What a call did that it should not: throw anything but our own errors, take seconds, hand out NaN. */
async function misdeed(name: string, call: () => unknown): Promise<string | undefined> {
  const began = performance.now();
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
  const took = performance.now() - began;
  return took > 3000 ? `${Math.round(took)} ms` : undefined;
}

const good = goodCalls();

describe.each(doors)('astra-sim-ts$subpath', ({ functions }) => {
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
