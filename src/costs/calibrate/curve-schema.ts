import * as v from 'valibot';
import { keys } from '../../base/validate.js';

export const atLeastZero = v.pipe(
  v.number('a number, at least 0'),
  v.finite('a number, at least 0'),
  v.minValue(0, 'a number, at least 0'),
);
export const aboveZero = v.pipe(
  v.number('a number above 0'),
  v.finite('a number above 0'),
  v.check((value) => value > 0, 'a number above 0'),
);

/** A curve with a column for each of its ascending bytes. */
export function ascending<const E extends { bytes: v.GenericSchema<readonly number[]> } & v.ObjectEntries>(
  entries: E,
  other: keyof E & string,
) {
  return v.pipe(
    keys(entries),
    v.check((value) => {
      const { bytes, [other]: values } = value as unknown as Record<string, readonly number[]>;
      const isRising = bytes?.every((size, i) => i === 0 || size > (bytes[i - 1] as number)) ?? false;
      return isRising && bytes !== undefined && bytes.length > 0 && bytes.length === values?.length;
    }, `as many ${other} as bytes, at least one, bytes ascending`),
  );
}

const line = { constantUs: atLeastZero, usPerByte: atLeastZero };

export const curveSchema = v.variant(
  'form',
  [
    keys({ form: v.literal('line'), ...line }),
    keys({ form: v.literal('root'), ...line, usPerRootByte: atLeastZero }),
    keys({ form: v.literal('lines'), lines: v.pipe(v.array(keys(line)), v.minLength(1, 'at least one line')) }),
    keys({ form: v.literal('power'), ...line, exponent: aboveZero }),
    ascending({ form: v.literal('table'), bytes: v.array(aboveZero), timesUs: v.array(aboveZero) }, 'timesUs'),
  ],
  'a curve of the form line, root, lines, power or table',
);
