import { expect, test } from 'vitest';
import { readTrace } from '../../../../src/formats/chakra/read-trace.js';

const read = (json: unknown) =>
  readTrace(new TextEncoder().encode(typeof json === 'string' ? json : JSON.stringify(json)), 'a.0.et');
test.each([
  ['a PyTorch execution trace', { schema: '1.1.1-chakra.0.0.4', pid: 1, nodes: [] }],
  ['a PyTorch execution trace', { pid: 1, time: '', nodes: [] }],
  ['a profile of the PyTorch profiler (Kineto)', { schemaVersion: 1, traceEvents: [] }],
])('%s is named, and the way to convert it', (name, trace) => {
  expect(() => read(trace)).toThrow(`expected a Chakra trace, got ${name}`);
  expect(() => read(trace)).toThrow(/chakra_trace_link, then chakra_converter PyTorch/);
});
