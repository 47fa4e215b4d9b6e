import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { measure, namesOf } from './measure.js';
import type { Outcome } from './suite.js';
import { SUITES } from './suites.js';
import { table } from './table.js';

const USAGE = `npm run bench -- [--json] [name…]
  name    run only cases whose "suite/case" contains one of these
  --json  JSON instead of tables (npm run --silent bench -- --json)
  --list  names only`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, list: { type: 'boolean' }, help: { type: 'boolean' } },
});
const wanted = (name: string) => positionals.length === 0 || positionals.some((part) => name.includes(part));

if (values.help) {
  console.log(USAGE);
} else if (values.list) {
  for (const suite of SUITES) console.log(namesOf(suite).join('\n'));
} else {
  run();
}

function run(): void {
  const machine = {
    node: process.versions.node,
    v8: process.versions.v8,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
  };
  if (!values.json) console.log(`node ${machine.node}, ${machine.platform}, ${machine.cpu}, ${machine.cores} cores`);
  const outcomes: Outcome[] = [];
  for (const suite of SUITES) {
    const outcome = measure(suite, wanted);
    if (outcome === undefined) continue;
    outcomes.push(outcome);
    if (!values.json) console.log(`\n${table(outcome)}`);
  }
  if (values.json) console.log(JSON.stringify({ machine, suites: outcomes }, null, 2));
  if (outcomes.length === 0) {
    console.error(`no case of that name; --list shows them\n${USAGE}`);
    process.exitCode = 2;
  }
}
