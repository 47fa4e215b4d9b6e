import * as v from 'valibot';
import { keys, parse, whole } from '../../base/validate.js';
import { checkNcclMachine, type NcclMachine } from '../nccl/machine.js';
import { NCCL_COLLECTIVES } from '../nccl/names.js';
import type { Calibration } from './calibration.js';

const number = v.pipe(v.number('a number'), v.finite('a number'));
const atLeastZero = v.pipe(v.number('a number, at least 0'), v.finite(), v.minValue(0, 'a number, at least 0'));
const aboveZero = v.pipe(
  v.number('a number above 0'),
  v.finite('a number above 0'),
  v.check((value) => value > 0, 'a number above 0'),
);
const text = v.string('a text');
const count = whole(0, Number.MAX_SAFE_INTEGER);
const nodes = whole(1, 2 ** 20);

/** Two columns of a curve, which grow together. */
function ascending<const E extends { bytes: v.GenericSchema<readonly number[]> } & v.ObjectEntries>(
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
const curve = v.variant('form', [
  keys({ form: v.literal('line'), ...line }),
  keys({ form: v.literal('root'), ...line, usPerRootByte: atLeastZero }),
  keys({ form: v.literal('lines'), lines: v.pipe(v.array(keys(line)), v.minLength(1, 'at least one line')) }),
  keys({ form: v.literal('power'), ...line, exponent: aboveZero }),
  ascending({ form: v.literal('table'), bytes: v.array(aboveZero), timesUs: v.array(aboveZero) }, 'timesUs'),
]);

const errors = { medianPercent: atLeastZero, p90Percent: atLeastZero, count };
const summary = keys({
  ...errors,
  bands: v.array(keys({ ...errors, fromBytes: count, belowBytes: v.optional(count) })),
});
const collective = v.optional(v.picklist([...NCCL_COLLECTIVES, 'all-to-all', 'gather', 'scatter', 'send-receive']));

const table = keys({
  source: keys({
    name: text,
    collective,
    ranks: v.optional(count),
    nodes: v.optional(count),
    sizes: count,
    smallestBytes: number,
    largestBytes: number,
    measured: v.picklist(['out-of-place', 'in-place']),
    info: v.record(text, text),
  }),
  curve,
  heldOut: summary,
  tried: v.array(keys({ form: v.picklist(['line', 'root', 'lines', 'power', 'table']), heldOut: summary })),
});

const law = keys({
  base: v.variant('kind', [
    keys({
      kind: v.literal('nccl'),
      collective: v.picklist(NCCL_COLLECTIVES),
      machine: v.custom<NcclMachine>((value) => typeof value === 'object' && value !== null, 'a machine'),
      latencyFactor: atLeastZero,
      bytesFactor: atLeastZero,
      constantUs: atLeastZero,
    }),
    keys({
      kind: v.literal('depth'),
      constantUs: atLeastZero,
      usPerLevel: atLeastZero,
      usPerRootByte: atLeastZero,
      usPerRootByteAndLevel: atLeastZero,
      usPerByte: atLeastZero,
    }),
  ]),
  shape: v.array(ascending({ nodes, bytes: v.array(aboveZero), ratios: v.array(aboveZero) }, 'ratios')),
});

const nodesErrors = v.array(keys({ ...errors, nodes, fittedOn: v.array(nodes) }));
const lawName = v.picklist(['depth', 'depth, shaped', 'nccl', 'nccl, shaped']);

const calibration = keys({
  kind: v.literal('calibration', '"calibration"'),
  version: v.literal(1, '1'),
  statement: text,
  tables: v.array(table),
  acrossNodes: v.array(
    keys({
      collective,
      sources: v.array(text),
      smallestBytes: number,
      largestBytes: number,
      law,
      heldOut: nodesErrors,
      tried: v.array(keys({ name: lawName, heldOut: nodesErrors })),
    }),
  ),
  warnings: v.array(text),
});

/** A calibration that comes from a file. Throws a ConfigError that names every field that is wrong. */
export function readCalibration(value: unknown): Calibration {
  const read = parse(calibration, value) as Calibration;
  for (const { law } of read.acrossNodes) if (law.base.kind === 'nccl') checkNcclMachine(law.base.machine);
  return read;
}
