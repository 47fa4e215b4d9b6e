// What the simulator says when a number should not be quoted as it stands, and when a
// specification is wrong. Warnings are part of the result; errors list every issue at once.
import { ConfigError, simulateAllReduce } from 'astra-sim-ts';

const topology = 'ring(16, 50 GB/s, 500 ns)';
for (const activeChunks of [1, 4]) {
  const { busbwGBps, dimensions, warnings } = simulateAllReduce({ topology, size: '100 MiB', splits: 8, activeChunks });
  const used = ((dimensions[0]?.utilisation ?? 0) * 100).toFixed(0);
  console.log(`${activeChunks} active: busbw ${busbwGBps.toFixed(1)} GB/s, a link of 50 GB/s used to ${used} %`);
  for (const { code, message } of warnings) console.log(`  warning (${code}): ${message}`);
}

try {
  simulateAllReduce({ topology: [{ kind: 'rings', npus: 16, bandwith: '50 GB/s', latency: '5 parsecs' }], size: 0 });
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.log('\nwhat is wrong with a bad specification, all at once:');
  for (const { path, expected, got, hint } of error.issues) {
    console.log(`- ${path}: expected ${expected}, got ${got}${hint === undefined ? '' : ` (${hint})`}`);
  }
}
