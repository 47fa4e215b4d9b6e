import { type AstraSimCollective, fromAstraSim } from '../../src/formats/index.js';
import type { CollectiveSpec } from '../../src/index.js';
import { goldenRows } from './golden-folder.js';

/** One golden row: what the reference was given, and what it answered. */
export interface Row extends AstraSimCollective {
  readonly id: string;
  readonly outcome: 'ok' | 'crash' | 'hang';
  readonly finish?: number | readonly number[];
  readonly study?: string;
  readonly published?: number;
}

/** All rows of a golden file. */
export function readRows(name: string): Row[] {
  return goldenRows<Row>(name);
}

/** The row as a spec of ours; what else a row says is not part of the question. */
export function collectiveOf({
  network,
  system,
  collective,
  bytes,
  backend,
  queuesPerDim,
  involvedDim,
}: Row): CollectiveSpec {
  return fromAstraSim({
    ...{ network, system, collective, bytes },
    ...(backend === undefined ? {} : { backend }),
    ...(queuesPerDim === undefined ? {} : { queuesPerDim }),
    ...(involvedDim === undefined ? {} : { involvedDim }),
  });
}
