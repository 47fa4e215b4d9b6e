#!/usr/bin/env node
// Replaces the reference's binary AstraSim_Analytical_Congestion_Unaware.
import { startProcess } from './start-process.js';

await startProcess(['run', '--network-backend=congestion-unaware', ...process.argv.slice(2)]);
