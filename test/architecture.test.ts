import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** Each room imports only from those before it. */
// biome-ignore format: one line is one floor
const ROOMS = [
  'base', 'topology', 'collectives', 'scheduler', 'costs', 'spec', 'plan', 'engine', 'bounds', 'report', 'simulate',
  'workload', 'training', 'synthesis', 'cluster', 'explain', 'formats', 'charts', 'sweep', 'index', 'cli',
];

const src = fileURLToPath(new URL('../src/', import.meta.url));
const texts = new Map(
  readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => [name.replaceAll('\\', '/').replace(/\.ts$/, ''), readFileSync(join(src, name), 'utf8')]),
);
const roomOf = (file: string) => file.split('/')[0] as string;

/** Files that each file names, types and late imports included. */
const files = new Map(
  [...texts].map(([file, text]) => {
    const named = [...text.matchAll(/(?:from |import\(|^import )'(\.[^']+)\.js'/gm)].map(([, path]) => path as string);
    return [file, new Set(named.map((path) => relative(src, join(src, dirname(file), path)).replaceAll('\\', '/')))];
  }),
);
const rooms = new Map<string, Set<string>>();
for (const [file, named] of files) {
  const known = rooms.get(roomOf(file)) ?? new Set();
  for (const other of named) if (roomOf(other) !== roomOf(file)) known.add(roomOf(other));
  rooms.set(roomOf(file), known);
}

/** Groups of nodes that all lead to one another. */
function circles(graph: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const reached = (from: string) => {
    const seen = new Set<string>();
    const todo = [from];
    for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
      todo.push(...[...(graph.get(node) ?? [])].filter((next) => !seen.has(next)));
      for (const next of todo) seen.add(next);
    }
    return seen;
  };
  const from = new Map([...graph.keys()].map((node) => [node, reached(node)]));
  const group = (node: string) => [...graph.keys()].filter((o) => from.get(node)?.has(o) && from.get(o)?.has(node));
  return [...new Set([...graph.keys()].map((node) => group(node).sort().join(', ')))].filter((one) => one !== '');
}

test('no circles, and imports point one way', () => {
  const upwards = [...rooms].flatMap(([room, named]) =>
    [...named].filter((other) => ROOMS.indexOf(other) > ROOMS.indexOf(room)).map((other) => `${room} imports ${other}`),
  );
  const found = [
    ...upwards.sort(),
    ...circles(files).map((one) => `circle of files: ${one}`),
    ...circles(rooms).map((one) => `circle of rooms: ${one}`),
  ];
  expect(found).toEqual([]);
});

test('every room has its floor', () => {
  expect([...rooms.keys()].filter((room) => !ROOMS.includes(room))).toEqual([]);
});

test("Node's modules are named by the command line alone", () => {
  const naming = [...texts].filter(([file, text]) => roomOf(file) !== 'cli' && /['"]node:/.test(text));
  expect(naming.map(([file]) => file)).toEqual([]);
});

test('no module keeps anything between calls', () => {
  const changing =
    '(?:\\.(?:set|add|delete|clear|push|pop|shift|unshift|splice|sort|fill)\\(|(?:\\.\\w+|\\[[^\\]]*\\])+ [-+*/|&]?=[^=])';
  const found = [...texts].flatMap(([file, text]) => [
    ...[...text.matchAll(/^(?:export )?(?:let|var) (\w+)/gm)].map(([, name]) => `${file}: ${name}`),
    ...[...text.matchAll(/^(?:export )?const (\w+)/gm)]
      .filter(([, name]) => new RegExp(`(?<![\\w.])${name}${changing}`).test(text))
      .map(([, name]) => `${file}: ${name}`),
  ]);
  expect(found).toEqual([]);
});
