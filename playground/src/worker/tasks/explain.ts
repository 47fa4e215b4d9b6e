import {
  type CollectiveSpec,
  type DimensionSpec,
  explainCollectiveAsync,
  parseQuantity,
  type Variant,
} from 'astra-sim-ts';
import type { Row } from '../../state/page.js';
import type { Advice, Patch, Task } from '../protocol.js';

/** Where the time went, and what would help. */
export const explain: Task<'explain'> = async (spec, { signal }) => {
  const { spent, spentByDimension, dominatedBy, variants, phases, result } = await explainCollectiveAsync({
    ...spec,
    signal,
  });
  return {
    ...{ spent, spentByDimension, dominatedBy, phases, timeNs: result.timeNs },
    advice: variants.map(({ options, ...rest }): Advice => ({ ...rest, patch: patchOf(spec, options) })),
  };
};

/** A change of a spec as one of the page's fields. */
function patchOf({ topology }: CollectiveSpec, options: Variant['options']): Patch {
  const { splits, activeChunks, decomposition, algorithms, endpointDelay, localMemoryBandwidth } = options;
  const rows = new Map<number, Partial<Row>>();
  const add = (index: number, part: Partial<Row>) => rows.set(index, { ...rows.get(index), ...part });
  if (Array.isArray(options.topology) && Array.isArray(topology)) {
    for (const [i, changed] of (options.topology as readonly DimensionSpec[]).entries()) {
      const { bandwidth, latency } = (topology as readonly DimensionSpec[])[i] as DimensionSpec;
      if (parseQuantity('bandwidth', bandwidth) !== changed.bandwidth)
        add(i, { bandwidth: `${changed.bandwidth} GB/s` });
      if (parseQuantity('time', latency) !== changed.latency) add(i, { latency: `${changed.latency} ns` });
    }
  }
  const names = typeof algorithms === 'string' ? [algorithms] : algorithms;
  const isFlat = names?.[0]?.startsWith('one-') === true;
  if (!isFlat) for (const [i, algorithm] of names?.entries() ?? []) add(i, { algorithm });
  return {
    fields: {
      ...(splits === undefined ? {} : { splits: String(splits) }),
      ...(activeChunks === undefined ? {} : { active: String(activeChunks) }),
      ...(decomposition === undefined ? {} : { split: decomposition }),
      ...(endpointDelay === undefined ? {} : { endpoint: `${endpointDelay} ns` }),
      ...(localMemoryBandwidth === undefined ? {} : { memory: `${localMemoryBandwidth} GB/s` }),
      ...(names === undefined ? {} : isFlat ? { flat: names[0] as string } : { graphalg: names[0] as string }),
    },
    rows: [...rows],
  };
}
