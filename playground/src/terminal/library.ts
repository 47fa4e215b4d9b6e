import * as fs from 'node:fs';
import * as path from 'node:path';
import * as nodeProcess from 'node:process';
import * as url from 'node:url';
import * as util from 'node:util';

/** What a script can import, by name; rare modules load on first use. */
export const LIBRARY: Readonly<Record<string, () => Promise<object>>> = {
  'astra-sim-ts': () => import('astra-sim-ts'),
  'astra-sim-ts/charts': () => import('astra-sim-ts/charts'),
  'astra-sim-ts/cluster': () => import('astra-sim-ts/cluster'),
  'astra-sim-ts/collectives': () => import('astra-sim-ts/collectives'),
  'astra-sim-ts/costs': () => import('astra-sim-ts/costs'),
  'astra-sim-ts/formats': () => import('astra-sim-ts/formats'),
  'astra-sim-ts/sweep': () => import('astra-sim-ts/sweep'),
  'astra-sim-ts/synthesis': () => import('astra-sim-ts/synthesis'),
  'astra-sim-ts/topology': () => import('astra-sim-ts/topology'),
  'astra-sim-ts/training': () => import('astra-sim-ts/training'),
  'astra-sim-ts/workload': () => import('astra-sim-ts/workload'),
  'node:fs': async () => fs,
  'node:path': async () => path,
  'node:process': async () => nodeProcess,
  'node:url': async () => url,
  'node:util': async () => util,
  'js-yaml': () => import('js-yaml'),
  seedrandom: () => import('seedrandom'),
};
