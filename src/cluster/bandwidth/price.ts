import * as v from 'valibot';
import { keys, parse, whole } from '../../base/validate.js';

/** The parts of a dimension. Prices are in dollars per GB/s. */
export interface DimensionParts {
  readonly kind: 'ring' | 'fully-connected' | 'switch';
  /** NPUs of the whole machine, not of the dimension. */
  readonly npus: number;
  readonly link: number;
  /** For a switch: one network card and one port of the switch for each NPU. Default 0. */
  readonly nic?: number;
  readonly switch?: number;
}

const price = v.pipe(
  v.number('a price, at least 0'),
  v.finite('a price, at least 0'),
  v.minValue(0, 'a price, at least 0'),
);

const schema = keys({
  kind: v.picklist(['ring', 'fully-connected', 'switch']),
  npus: whole(1, Number.MAX_SAFE_INTEGER),
  link: price,
  nic: v.optional(price, 0),
  switch: v.optional(price, 0),
});

/**
 * Dollars for each GB/s per NPU of a dimension (LIBRA, arXiv 2109.11762). The sizes of the
 * dimensions cancel out: a ring of n has 2n links of half the bandwidth, n NPUs that are fully
 * connected have n (n - 1) links of 1 / (n - 1), and a switch has a port for every NPU below it.
 *
 * @throws ConfigError
 */
export function dimensionPrice(parts: DimensionParts): number {
  const { kind, npus, link, nic, switch: port } = parse(schema, parts);
  return npus * (kind === 'switch' ? link + nic + port : link);
}
