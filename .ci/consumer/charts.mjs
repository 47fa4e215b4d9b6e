// Charts draw with packages that users install if they want charts: without them, what to do is said.
import assert from 'node:assert/strict';
import { ConfigError } from 'astra-sim-ts';
import { ganttChart, renderSvg } from 'astra-sim-ts/charts';

await assert.rejects(renderSvg(ganttChart([], { title: 'Nothing' })), (error) => {
  assert.ok(error instanceof ConfigError);
  assert.match(error.message, /npm install vega vega-lite/);
  return true;
});
