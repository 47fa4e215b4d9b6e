import fc from 'fast-check';
import { type AttributeValue, NODE_KINDS, type Trace, type TraceNode } from '../../../../src/formats/chakra/graph.js';

const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const whole = fc.oneof(fc.nat({ max: 300 }), fc.maxSafeNat());
const integer = fc.oneof(
  fc.maxSafeInteger().filter((value) => !Object.is(value, -0)),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
);
const real = fc.double();

const value: fc.Arbitrary<AttributeValue> = fc.oneof(
  integer,
  real.map((value) => ({ real: value })),
  fc.boolean(),
  text,
  fc.uint8Array(),
  // One list has one type: nothing is both negative and beyond 2^63.
  fc.array(fc.maxSafeInteger().filter((value) => !Object.is(value, -0))),
  fc.array(fc.oneof(fc.nat(), fc.bigInt({ min: 2n ** 63n, max: 2n ** 64n - 1n }))),
  fc.array(real).map((reals) => ({ reals })),
  fc.array(fc.boolean()),
  fc.array(text),
  fc.array(fc.uint8Array()),
);

const node: fc.Arbitrary<TraceNode> = fc.record({
  id: whole,
  name: fc.oneof(text, fc.string({ minLength: 100, maxLength: 200 })),
  kind: fc.constantFrom(...NODE_KINDS),
  dependsOn: fc.uniqueArray(whole),
  durationMicros: whole,
  attributes: fc.array(fc.tuple(text, value), { maxLength: 6 }).map((entries) => new Map(entries)),
});

/** Any trace that can be written; its graph need not make sense. */
export const traces: fc.Arbitrary<Trace> = fc.record({ version: text, nodes: fc.array(node, { maxLength: 8 }) });
