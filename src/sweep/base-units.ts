import { ConfigError, show } from '../base/errors.js';
import { type QuantityKind, readQuantity } from '../base/units.js';
import { readShorthand } from '../topology/shorthand.js';
import { DIMENSION_FIELDS, type FieldKind, isDimensionField } from './fields.js';

/** Most texts in the cache, which is then cleared: a space has few distinct ones, or so many that memory matters. */
const MAX_REMEMBERED = 10_000;

/** This name stands for the network's own costs. */
export const NO_COSTS = 'none';

/**
 * Turns quantities and shorthand into plain numbers and dimensions, each text once. Leaves
 * unreadable text unchanged: the simulation says what is wrong with it, and where.
 */
export class BaseUnits {
  private readonly remembered = new Map<string, unknown>();
  private readonly costs: Map<string, unknown>;

  /** @param costs - calibrations by the names that points use. */
  constructor(costs: Readonly<Record<string, unknown>> = {}) {
    this.costs = new Map(Object.entries(costs));
  }

  convert(kind: FieldKind, value: unknown): unknown {
    switch (kind) {
      case 'plain':
      case 'list':
      case 'record':
        return value;
      case 'costs':
        return typeof value === 'string' ? this.calibration(value) : value;
      case 'topology':
        return this.topology(value);
      case 'times':
        return Array.isArray(value) ? value.map((time) => this.quantity('time', time)) : value;
      default:
        return this.quantity(kind, value);
    }
  }

  quantity(kind: QuantityKind, value: unknown): unknown {
    if (typeof value !== 'string') return value;
    return this.remember(`${kind} ${value}`, () => {
      const read = readQuantity(kind, value);
      return typeof read === 'number' ? read : value;
    });
  }

  /** A name for a calibration within the definition, because rows have no room for it. */
  nameCosts(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const [known] = [...this.costs].find(([, one]) => one === value) ?? [];
    const name = known ?? `inline ${[...this.costs.keys()].filter((one) => one.startsWith('inline ')).length + 1}`;
    this.costs.set(name, value);
    return name;
  }

  private calibration(name: string): unknown {
    if (name === NO_COSTS) return undefined;
    const found = this.costs.get(name);
    if (found !== undefined) return found;
    const known = [...this.costs.keys(), NO_COSTS].join(', ');
    throw new ConfigError([{ path: 'costs', expected: `a calibration, or one of ${known}`, got: show(name) }]);
  }

  /** A list of dimensions in numbers, shared by all its points: copy it before changing it. */
  private topology(value: unknown): unknown {
    if (typeof value === 'string') {
      return this.remember(`topology ${value}`, () => {
        const read = readShorthand(value);
        return Array.isArray(read) ? read.map((dimension) => this.dimension(dimension)) : value;
      });
    }
    return Array.isArray(value) ? value.map((dimension) => this.dimension(dimension)) : value;
  }

  dimension(value: unknown): unknown {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => {
        return [key, isDimensionField(key) ? this.convert(DIMENSION_FIELDS[key], part) : part];
      }),
    );
  }

  private remember<T>(key: string, make: () => T): T {
    if (this.remembered.has(key)) return this.remembered.get(key) as T;
    if (this.remembered.size >= MAX_REMEMBERED) this.remembered.clear();
    const made = make();
    this.remembered.set(key, made);
    return made;
  }
}

/**
 * The kind of a quantity in text when no field determines it: a number, a space and a unit.
 * Without the space it is a word, like `3d`.
 */
export function kindOfText(text: string): QuantityKind | undefined {
  if (!/^\s*[+-]?[\d.]\S*\s+\S/.test(text)) return undefined;
  const kinds: readonly QuantityKind[] = ['bytes', 'time', 'bandwidth'];
  return kinds.find((kind) => typeof readQuantity(kind, text) === 'number');
}
