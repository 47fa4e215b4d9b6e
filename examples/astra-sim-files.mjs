// ASTRA-sim's own network and system files, as they are. Its simulator gives the same
// nanoseconds for them; what it does not do is tell of keys that nothing reads.
import { readFileSync } from 'node:fs';
import { simulateCollective } from 'astra-sim-ts';
import { fromAstraSim } from 'astra-sim-ts/formats';
// A parser of YAML of your choice: npm install js-yaml
import { load } from 'js-yaml';

const read = (name) => readFileSync(new URL(`astra-sim/${name}`, import.meta.url), 'utf8');
const network = load(read('network.yml'));
const system = JSON.parse(read('system.json'));

for (const collective of ['all-reduce', 'all-gather', 'reduce-scatter', 'all-to-all']) {
  const { timeNs, chunkPlans } = simulateCollective(fromAstraSim({ network, system, collective, bytes: 2 ** 20 }));
  console.log(`${collective}: ${timeNs} ns`);
  // Chunks all go the same way here.
  for (const phase of chunkPlans[0].phases) {
    const { dimension, algorithm, bytes, durationNs } = phase;
    console.log(`  ${phase.collective} in dimension ${dimension}, ${algorithm}: ${bytes} bytes in ${durationNs} ns`);
  }
}

const { warnings } = simulateCollective(fromAstraSim({ network, system, collective: 'all-reduce', bytes: 2 ** 20 }));
for (const { code, message } of warnings) console.log(`warning (${code}): ${message}`);
