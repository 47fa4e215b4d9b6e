// A CommonJS user, without a bundler: Node loads ES modules with require from 20.19 on.
const assert = require('node:assert/strict');
const { simulateAllReduce } = require('astra-sim-ts');

assert.equal(simulateAllReduce({ topology: 'ring(16, 600 GiB/s, 500 ns)', size: '1 MiB' }).timeNs, 66_040);
