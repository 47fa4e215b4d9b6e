import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { exports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
  readonly exports: Readonly<Record<string, { readonly default?: string }>>;
};
/** The index file behind each subpath. */
const entries = Object.entries(exports).flatMap(([subpath, { default: built }]) =>
  built === undefined ? [] : [[subpath, root + built.replace('./dist', 'src').replace(/js$/, 'ts')] as const],
);
const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
const program = ts.createProgram({ rootNames: entries.map(([, file]) => file), options });
const checker = program.getTypeChecker();

const resolved = (symbol: ts.Symbol) =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

const exported = entries.map(([subpath, file]) => {
  const module = checker.getSymbolAtLocation(program.getSourceFile(file) as ts.SourceFile) as ts.Symbol;
  const given = checker.getExportsOfModule(module);
  const isValue = (symbol: ts.Symbol) => resolved(symbol).flags & ts.SymbolFlags.Value;
  return { subpath, symbols: given.map(resolved), values: given.filter(isValue).map(({ name }) => name) };
});
const known = new Set(exported.flatMap(({ symbols }) => symbols));

/** Types of ours that a declaration shows: all that it names but what is private, and bodies. */
function shown(declaration: ts.Declaration): ts.Symbol[] {
  const found: ts.Symbol[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isBlock(node) || (ts.canHaveModifiers(node) && isPrivate(node))) return;
    const name = ts.isTypeReferenceNode(node) ? node.typeName : undefined;
    const symbol = name === undefined ? undefined : checker.getSymbolAtLocation(name);
    if (symbol !== undefined) found.push(resolved(symbol));
    ts.forEachChild(node, visit);
  };
  if (ts.isVariableDeclaration(declaration)) {
    if (declaration.type !== undefined) visit(declaration.type);
  } else visit(declaration);
  return found.filter(
    ({ flags, declarations: [first] = [] }) =>
      !(flags & ts.SymbolFlags.TypeParameter) && first?.getSourceFile().fileName.startsWith(`${root}src/`),
  );
}

function isPrivate(node: ts.HasModifiers): boolean {
  return ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword) ?? false;
}

test('the front door is narrow', () => {
  const door = exported.find(({ subpath }) => subpath === '.');
  expect(door?.values.length).toBeLessThanOrEqual(18);
});

describe.each(exported)('$subpath', ({ subpath, symbols, values }) => {
  const page = readFileSync(`${root}docs/api.md`, 'utf8');

  test('every value stands in docs/api.md, in the section of its subpath', () => {
    const heading = `## \`astra-sim-ts${subpath.slice(1)}\``;
    const [, section = ''] = page.split(`${heading}\n`);
    const own = section.split('\n## ')[0] as string;
    expect(section, heading).not.toBe('');
    expect(values.filter((name) => !new RegExp(`\`${name}\\b`).test(own))).toEqual([]);
  });

  test('every type that an export shows can be imported', () => {
    const missing = symbols.flatMap((symbol) =>
      (symbol.declarations ?? []).flatMap((declaration) =>
        shown(declaration)
          .filter((type) => !known.has(type))
          .map((type) => `${symbol.name} shows ${type.name}`),
      ),
    );
    expect([...new Set(missing)]).toEqual([]);
  });
});
