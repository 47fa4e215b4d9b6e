#!/usr/bin/env node
// Replaces the reference's binary AstraSim_Analytical_Congestion_Aware.
import { startProcess } from './start-process.js';

await startProcess(['run', '--network-backend=congestion-aware', ...process.argv.slice(2)]);
