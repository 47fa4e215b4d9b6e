import { test } from 'vitest';
import { Divergence } from '../../src/engine/divergence.js';
import { CollectiveRun } from '../../src/engine/message/collective-run.js';
import { prepare } from '../../src/simulate.js';
import { collectiveOf, readRows } from '../support/golden-rows.js';
test.each(['congestion-aware','congestion-aware-multidim','all-reduce','zero-endpoint-delay','dimension-scheduling-ties'])('%s', (file) => {
  const counts: Record<string, number> = {};
  const eg: Record<string, string> = {};
  for (const row of readRows(file)) {
    if (row.outcome !== 'ok') continue;
    const spec = collectiveOf(row);
    const { job, choice } = prepare(spec) as any;
    if (choice.name !== 'message') continue;
    try { new CollectiveRun(job, choice.folding, false).engine.run(1e9); } catch (e) {
      if (!(e instanceof Divergence)) throw e;
      const k = e.stack!.split('\n').slice(1, 8).map((l) => /at (\S+)/.exec(l)?.[1]).join(' < ');
      counts[k] = (counts[k] ?? 0) + 1;
      eg[k] ??= JSON.stringify(spec);
    }
  }
  for (const k of Object.keys(counts)) console.log(file, counts[k], k, eg[k]);
}, 600000);
