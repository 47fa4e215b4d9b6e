import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineChecksum } from '../../../../src/cli/files/line-checksum.js';

const texts = fc
  .array(fc.constantFrom('a', 'bc', '\n', '\n\n', 'é'), { maxLength: 3000 })
  .map((parts) => parts.join(''));

describe('LineChecksum', () => {
  test('marks are prefixes that end a line, and do not depend on how the text came', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 100 }), (text, piece) => {
        const bytes = Buffer.from(text);
        const whole = new LineChecksum();
        whole.add(bytes);
        const pieces = new LineChecksum();
        for (let i = 0; i < bytes.length; i += piece) pieces.add(bytes.subarray(i, i + piece));
        expect([pieces.state(), pieces.marks]).toEqual([whole.state(), whole.marks]);
        expect(whole.marks.length).toBeLessThanOrEqual(256);
        for (const { lines, bytes: length, sha256 } of [...whole.marks.slice(-2), whole.state()]) {
          const prefix = bytes.subarray(0, length);
          expect(prefix.toString().split('\n').length - 1).toBe(lines);
          expect(createHash('sha256').update(prefix).digest('hex').slice(0, 16)).toBe(sha256);
        }
        expect(whole.marks.every(({ bytes: length }) => bytes[length - 1] === 10)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test('up to 256 lines have a mark each; of more, every second, fourth, ...', () => {
    const checksum = new LineChecksum();
    for (let i = 1; i <= 256; i++) checksum.add(Buffer.from('x\n'));
    expect(checksum.marks.map(({ lines }) => lines)).toEqual(Array.from({ length: 256 }, (_, i) => i + 1));
    checksum.add(Buffer.from('x\nx\n'));
    expect(checksum.marks.map(({ lines }) => lines)).toEqual(Array.from({ length: 129 }, (_, i) => 2 * (i + 1)));
  });
});
