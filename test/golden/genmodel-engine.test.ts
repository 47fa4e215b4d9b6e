import { expect, test } from 'vitest';
import { type CollectiveSpec, simulateAllReduce } from '../../src/index.js';
import type { GenModelRow as Row } from '../support/genmodel-rows.js';
import { goldenRows, ownRows } from '../support/golden-folder.js';

/** Larger ones take too long message by message. */
const MOST_NPUS = 64;

/** Switches that pass messages on as they come in, a round trip of alpha and a wire of beta. */
function topologyOf({ factors, npus, alphaUs, betaUsPerByte }: Row): CollectiveSpec['topology'] {
  const [bandwidth, latency] = [1 / (1000 * betaUsPerByte), 500 * alphaUs];
  return (factors ?? [npus]).map((n) => ({ kind: 'switch' as const, npus: n, bandwidth, latency }));
}

test('the message engine comes to the times of GenModel', () => {
  const all = goldenRows<Row>('genmodel');
  const rows = all.filter(({ npus }) => npus <= MOST_NPUS);
  console.log(`golden genmodel: ${rows.length} of ${all.length} rows message by message, up to ${MOST_NPUS} NPUs`);
  const wrong = rows.flatMap((row) => {
    const { algorithm, npus, bytes, rounds, timeUs, gammaUsPerByte, deltaUsPerByte, epsilonUsPerByte } = row;
    const { timeNs } = simulateAllReduce({
      topology: topologyOf(row),
      size: bytes,
      algorithms: algorithm === 'ring' || algorithm === 'halving-doubling' ? algorithm : 'direct',
      genModel: { gammaUsPerByte, deltaUsPerByte, epsilonUsPerByte, incastThreshold: row.incastThreshold },
      ...{ network: 'congestion-aware', switching: 'cut-through', endpointDelay: 0, splits: 1 },
    });
    // A message is cut to whole bytes and ns, of which a wire carries npus - 1 one after the other; a round to whole ns.
    const slack = rounds * npus * (1 + 1000 * row.betaUsPerByte + 1000 * epsilonUsPerByte * npus);
    return Math.abs(timeNs - 1000 * timeUs) <= slack
      ? []
      : [`${algorithm} ${npus} ${bytes}: ${timeNs}, not ${1000 * timeUs}`];
  });
  if (ownRows) expect(rows.length).toBeGreaterThan(0);
  expect(wrong).toEqual([]);
});
