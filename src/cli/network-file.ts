import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ConfigError, show } from '../base/errors.js';
import { didYouMean } from '../base/validate.js';
import { NETWORK_MODELS } from '../engine/job.js';
import { fromAstraSim } from '../formats/astra-sim/from-astra-sim.js';
import type { CollectiveSpec } from '../spec/spec.js';

/**
 * The topology in one of the reference's network files (YAML), and what is to be warned of in it.
 * @throws ConfigError when it cannot be read or is no such file.
 */
export function readNetworkFile(file: string): Pick<CollectiveSpec, 'topology' | 'warnings'> {
  try {
    const { topology, warnings = [] } = fromAstraSim({
      network: readYaml(file),
      system: {},
      collective: 'all-reduce',
      bytes: 1,
    });
    return { topology, warnings };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(
      error.issues.map((issue) => ({
        ...issue,
        path: issue.path.replace(/^network\b\.?/, `${file}: `).replace(/: $/, ''),
      })),
    );
  }
}

function readYaml(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new ConfigError([
      {
        path: '--network',
        expected: 'congestion-unaware, congestion-aware or a network file in YAML',
        got: show(file),
        hint: reason ?? 'not readable',
        ...didYouMean(file, NETWORK_MODELS),
      },
    ]);
  }
}
