import * as v from 'valibot';
import { keys, parse, whole } from '../../base/validate.js';
import { ncclMachineSchema } from '../nccl/machine.js';
import { NCCL_COLLECTIVES } from '../nccl/names.js';
import type { Calibration } from './calibration.js';
import { aboveZero, ascending, atLeastZero, curveSchema } from './curve-schema.js';
import { MEASURED_COLLECTIVES } from './measured-table.js';

const number = v.pipe(v.number('a number'), v.finite('a number'));
const text = v.string('a text');
const count = whole(0, Number.MAX_SAFE_INTEGER);
const nodes = whole(1, 2 ** 20);

const errors = { medianPercent: atLeastZero, p90Percent: atLeastZero, count };
const summary = keys({
  ...errors,
  bands: v.array(keys({ ...errors, fromBytes: count, belowBytes: v.optional(count) })),
});
const collective = v.optional(v.picklist(MEASURED_COLLECTIVES));

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
  curve: curveSchema,
  heldOut: summary,
  tried: v.array(keys({ form: v.picklist(['line', 'root', 'lines', 'power', 'table']), heldOut: summary })),
});

const law = keys({
  base: v.variant('kind', [
    keys({
      kind: v.literal('nccl'),
      collective: v.picklist(NCCL_COLLECTIVES),
      machine: ncclMachineSchema,
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

export const calibrationSchema = keys({
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
  dimensions: v.optional(
    v.array(
      keys({
        collective: v.picklist(MEASURED_COLLECTIVES),
        source: text,
        dimensions: v.pipe(
          v.array(
            keys({
              kind: v.picklist(['ring', 'switch', 'fully-connected']),
              npus: whole(1, 2 ** 31 - 1),
              bandwidthGBps: aboveZero,
              latencyNs: atLeastZero,
            }),
          ),
          v.minLength(1, 'at least one dimension'),
        ),
        heldOut: keys(errors),
      }),
    ),
  ),
  warnings: v.array(text),
});

/** Checks a calibration from a file. Throws a ConfigError that names every wrong field. */
export function readCalibration(value: unknown): Calibration {
  return parse(calibrationSchema, value) as Calibration;
}
