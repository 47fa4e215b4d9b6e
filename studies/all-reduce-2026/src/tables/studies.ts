import { ConfigError } from 'astra-sim-ts';
import { closest } from 'fastest-levenshtein';
import { activeChunks, activeChunksBySplits, activeChunksSaturation, underProvisioning } from './active-chunks.js';
import { chunkGranularity } from './chunk-granularity.js';
import { asymmetricTopology, bandwidthCrossover } from './shapes.js';
import type { Study } from './study.js';
import { sweep } from './sweep.js';
import { threeTiersActiveChunks, threeTiersRescue, threeTiersStudy, threeVersusTwo } from './three-tiers.js';
import { tiersVersusActiveChunks } from './tiers.js';

/** The 13 tables of the published study, in its order. */
export const STUDIES: readonly Study[] = [
  sweep,
  activeChunks,
  asymmetricTopology,
  chunkGranularity,
  bandwidthCrossover,
  activeChunksSaturation,
  activeChunksBySplits,
  underProvisioning,
  threeTiersStudy,
  threeTiersRescue,
  threeVersusTwo,
  threeTiersActiveChunks,
  tiersVersusActiveChunks,
];

/**
 * The studies of these names; all when none is given.
 * @throws ConfigError for every name that is unknown.
 */
export function findStudies(names: readonly string[]): Study[] {
  const known = STUDIES.map(({ name }) => name);
  const unknown = names.filter((name) => !STUDIES.some((study) => study.name === name));
  if (unknown.length > 0) {
    throw new ConfigError(
      unknown.map((name) => ({
        path: 'study',
        expected: `one of ${known.join(', ')}`,
        got: JSON.stringify(name),
        hint: `did you mean "${closest(name, known)}"?`,
      })),
    );
  }
  return STUDIES.filter(({ name }) => names.length === 0 || names.includes(name));
}
