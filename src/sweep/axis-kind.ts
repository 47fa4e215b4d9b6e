import { kindOfText } from './base-units.js';
import type { FieldKind } from './fields.js';

/** What the values of a variable are: quantities of one kind if all texts among them are, else plain. */
export function nearestKind(values: readonly unknown[]): FieldKind {
  const texts = values.filter((value) => typeof value === 'string');
  const [first] = texts;
  if (first === undefined || values.some((value) => typeof value !== 'string' && typeof value !== 'number')) {
    return 'plain';
  }
  const kind = kindOfText(first);
  return kind !== undefined && texts.every((text) => kindOfText(text) === kind) ? kind : 'plain';
}
