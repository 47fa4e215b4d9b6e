import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(`src/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      // Studies import the package by its name: under test, its sources.
      { find: /^astra-sim-ts$/, replacement: source('index.ts') },
      { find: /^astra-sim-ts\/(\w+)$/, replacement: source('$1/index.ts') },
    ],
  },
  test: {
    include: [
      'test/**/*.test.ts',
      'studies/*/test/**/*.test.ts',
      'playground/test/**/*.test.ts',
      'site/test/**/*.test.ts',
    ],
    setupFiles: ['test/support/seed.ts'],
    // All cores: half of the time tests wait for processes of their own.
    maxWorkers: '100%',
    // None: a machine under load is slow, and no test is wrong for that. Who needs an end sets one from outside.
    testTimeout: 0,
    hookTimeout: 0,
    teardownTimeout: 600_000,
  },
});
