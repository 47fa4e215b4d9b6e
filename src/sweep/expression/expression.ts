import { ConfigError, type Issue, show } from '../../base/errors.js';
import { didYouMean } from '../../base/validate.js';
import { FUNCTIONS } from './expression-functions.js';
import { parse } from './parse.js';

/** The value of an expression at a point, from the values of the axes' slots there. */
export type Evaluate = (slots: readonly unknown[]) => unknown;

/** A compiled expression. */
export interface Formula {
  readonly evaluate: Evaluate;
  /** Slots that it reads. Empty for a constant. */
  readonly uses: ReadonlySet<number>;
}

/** Resolves names in expressions. */
export interface Names {
  readonly find: (name: string) => Formula | undefined;
  /** All names, for hints. */
  readonly known: () => readonly string[];
}

/** The nodes of mathjs's syntax tree that we interpret. */
interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly name?: string;
  readonly op?: string;
  readonly fn?: string | Node;
  readonly args?: readonly Node[];
  readonly items?: readonly Node[];
  readonly content?: Node;
  readonly object?: Node;
  readonly index?: Node;
  readonly dimensions?: readonly Node[];
  readonly condition?: Node;
  readonly trueExpr?: Node;
  readonly falseExpr?: Node;
  readonly conditionals?: readonly string[];
  readonly params?: readonly Node[];
}

const MAX_LENGTH = 10_000;

/**
 * Compiles an expression. mathjs only parses it; we interpret the tree ourselves and accept
 * only arithmetic, comparison, logic and a few functions. So no expression can
 * reach anything else, and filtering a space of a million points takes a second.
 * @param path - where the expression is, for messages.
 */
export function compileExpression(text: string, path: string, names: Names): Formula {
  if (text.length > MAX_LENGTH) {
    throw new ConfigError([{ path, expected: `an expression of at most ${MAX_LENGTH} characters`, got: show(text) }]);
  }
  const uses = new Set<number>();
  let tree: Node;
  try {
    tree = parse(text) as Node;
  } catch (error) {
    const hint = error instanceof SyntaxError ? error.message : 'too deep';
    throw new ConfigError([{ path, expected: 'an expression such as npus / 8', got: show(text), hint }]);
  }
  const compiler = new Compiler(path, names, uses);
  try {
    return { evaluate: compiler.compile(tree), uses };
  } catch (error) {
    if (error instanceof RangeError) {
      throw new ConfigError([{ path, expected: 'an expression of fewer levels', got: show(text) }]);
    }
    throw error;
  }
}

class Compiler {
  private readonly path: string;
  private readonly names: Names;
  private readonly uses: Set<number>;

  constructor(path: string, names: Names, uses: Set<number>) {
    this.path = path;
    this.names = names;
    this.uses = uses;
  }

  compile(node: Node): Evaluate {
    switch (node.type) {
      case 'ConstantNode':
        return () => node.value;
      case 'ParenthesisNode':
        return this.compile(node.content as Node);
      case 'SymbolNode':
        return this.name(node.name as string);
      case 'AccessorNode':
        return this.name(placeOf(node) ?? this.fail('a name such as topology[1].bandwidth', 'something else with [ ]'));
      case 'ArrayNode': {
        const items = (node.items as readonly Node[]).map((item) => this.compile(item));
        return (slots) => items.map((item) => item(slots));
      }
      case 'ConditionalNode': {
        const condition = this.boolean(node.condition as Node);
        const [yes, no] = [this.compile(node.trueExpr as Node), this.compile(node.falseExpr as Node)];
        return (slots) => (condition(slots) ? yes(slots) : no(slots));
      }
      case 'RelationalNode':
        return this.chain(node);
      case 'OperatorNode':
        return this.operator(node.op as string, node.fn as string, node.args as readonly Node[]);
      case 'FunctionNode':
        return this.call(node);
      case 'AssignmentNode':
        return this.fail('a value', 'an assignment', '== compares');
      default:
        return this.fail('arithmetic, comparisons, logic and functions', `a ${node.type.replace(/Node$/, '')}`);
    }
  }

  private name(name: string): Evaluate {
    const found = this.names.find(name);
    if (found === undefined) {
      const known = this.names.known();
      const { hint } = didYouMean(name, known);
      return this.fail(`a known name (${known.join(', ') || 'there is none'})`, show(name), hint);
    }
    for (const slot of found.uses) this.uses.add(slot);
    return found.evaluate;
  }

  private operator(op: string, fn: string, args: readonly Node[]): Evaluate {
    const [first, second] = args as [Node, Node | undefined];
    if (second === undefined) {
      if (fn === 'not') {
        const value = this.boolean(first);
        return (slots) => !value(slots);
      }
      const value = this.number(first);
      if (fn === 'unaryMinus') return (slots) => -value(slots);
      if (fn === 'unaryPlus') return value;
      return this.fail('a known operator', show(op));
    }
    // mathjs nests operators with more than two operands; we know no exception.
    if (args.length > 2) return this.fail('two operands', String(args.length));
    if (fn === 'and' || fn === 'or' || fn === 'xor') {
      const [a, b] = [this.boolean(first), this.boolean(second)];
      if (fn === 'and') return (slots) => a(slots) && b(slots);
      return fn === 'or' ? (slots) => a(slots) || b(slots) : (slots) => a(slots) !== b(slots);
    }
    if (fn === 'equal' || fn === 'unequal') {
      const [a, b] = [this.compile(first), this.compile(second)];
      return fn === 'equal' ? (slots) => same(a(slots), b(slots)) : (slots) => !same(a(slots), b(slots));
    }
    if (op === 'in') {
      const [a, list] = [this.compile(first), this.list(second)];
      return (slots) => {
        const value = a(slots);
        return list(slots).some((item) => same(item, value));
      };
    }
    const apply = COMPARISONS[fn] ?? ARITHMETIC[fn];
    if (apply === undefined) return this.fail('a known operator', show(op));
    const [a, b] = [this.number(first), this.number(second)];
    return (slots) => apply(a(slots), b(slots));
  }

  /** `1 < n <= 8`. */
  private chain({ conditionals = [], params = [] }: Node): Evaluate {
    const values = params.map((param) => this.number(param));
    const relations = conditionals.map((fn) => COMPARISONS[fn] ?? this.fail('a comparison', show(fn)));
    return (slots) => {
      const numbers = values.map((value) => value(slots));
      return relations.every((relation, i) => relation(numbers[i] as number, numbers[i + 1] as number));
    };
  }

  private call(node: Node): Evaluate {
    const name = typeof node.fn === 'object' ? (node.fn.name ?? '') : '';
    const called = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (called === undefined) {
      const known = Object.keys(FUNCTIONS);
      return this.fail(`one of the functions ${known.join(', ')}`, show(name), didYouMean(name, known).hint);
    }
    const nodes = node.args as readonly Node[];
    const [least, most] = called.takes;
    if (nodes.length < least || nodes.length > most) {
      return this.fail(`${name} with ${least === most ? least : `${least} or more`} value(s)`, String(nodes.length));
    }
    if (called.of === 'list') {
      const list = this.list(nodes[0] as Node);
      return (slots) => called.apply(list(slots));
    }
    const values = nodes.map((arg) => this.number(arg));
    if (values.length === 1) {
      const [only] = values as [(slots: readonly unknown[]) => number];
      return (slots) => called.apply(only(slots));
    }
    return (slots) => called.apply(...values.map((value) => value(slots)));
  }

  private number(node: Node): (slots: readonly unknown[]) => number {
    const value = this.compile(node);
    return (slots) => {
      const result = value(slots);
      return typeof result === 'number' ? result : this.fail('a number', show(result));
    };
  }

  private boolean(node: Node): (slots: readonly unknown[]) => boolean {
    const value = this.compile(node);
    return (slots) => {
      const result = value(slots);
      return typeof result === 'boolean' ? result : this.fail('true or false', show(result));
    };
  }

  private list(node: Node): (slots: readonly unknown[]) => readonly unknown[] {
    const value = this.compile(node);
    return (slots) => {
      const result = value(slots);
      return Array.isArray(result) ? result : this.fail('a list', show(result));
    };
  }

  private fail(expected: string, got: string, hint?: string): never {
    const issue: Issue = { path: this.path, expected, got, ...(hint === undefined ? {} : { hint }) };
    throw new ConfigError([issue]);
  }
}

type Binary<T> = Readonly<Record<string, (a: number, b: number) => T>>;

const COMPARISONS: Binary<boolean> = {
  smaller: (a, b) => a < b,
  smallerEq: (a, b) => a <= b,
  larger: (a, b) => a > b,
  largerEq: (a, b) => a >= b,
  equal: (a, b) => a === b,
  unequal: (a, b) => a !== b,
};

const ARITHMETIC: Binary<number> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  pow: (a, b) => a ** b,
  mod: (a, b) => a - b * Math.floor(a / b),
};

function same(a: unknown, b: unknown): boolean {
  return a === b || (Array.isArray(a) && Array.isArray(b) && JSON.stringify(a) === JSON.stringify(b));
}

/** `topology[1].bandwidth` as text again; undefined for anything else. */
function placeOf({ type, name, object, index }: Node): string | undefined {
  if (type === 'SymbolNode') return name;
  if (type !== 'AccessorNode' || object === undefined) return undefined;
  const head = placeOf(object);
  const [only, ...more] = index?.dimensions ?? [];
  if (head === undefined || only?.type !== 'ConstantNode' || more.length > 0) return undefined;
  return typeof only.value === 'string' ? `${head}.${only.value}` : `${head}[${only.value}]`;
}
