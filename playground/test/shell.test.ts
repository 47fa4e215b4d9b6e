import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseShell, ShellError } from '../src/terminal/shell.js';

const words = (text: string, files: readonly string[] = []) => parseShell(text, files).map((one) => one.words);

test('words, quotes, long lines and remarks are read as a shell reads them', () => {
  expect(words('a "b c" \'d "e\' f\\ g h"i"j')).toEqual([['a', 'b c', 'd "e', 'f g', 'hij']]);
  expect(words('$ a \\\n  b   # remark\n\n# remark\nc#d')).toEqual([['a', 'b'], ['c#d']]);
  expect(words('a && b; c "\\"d\\""')).toEqual([['a'], ['b'], ['c', '"d"']]);
});

test('input and output go where they are led', () => {
  const [first, second, third] = parseShell("cat > f.mjs <<'END'\nx $y\n`z`\nEND\nnode f.mjs < in | cat >> out");
  expect(first).toMatchObject({
    words: ['cat'],
    input: { text: 'x $y\n`z`\n' },
    output: { file: 'f.mjs', append: false },
  });
  expect(second).toMatchObject({ words: ['node', 'f.mjs'], input: { file: 'in' }, isPiped: true });
  expect(third).toMatchObject({ words: ['cat'], output: { file: 'out', append: true }, isPiped: false });
});

test('a pattern stands for the files that it fits', () => {
  const files = ['parts/2.csv', 'parts/1.csv', 'parts/x/3.csv', 'parts/1.csvx'];
  expect(words('m parts/*.csv "*" none*', files)).toEqual([['m', 'parts/1.csv', 'parts/2.csv', '*', 'none*']]);
});

test('what it cannot run it says', () => {
  for (const text of ['echo $HOME', 'a "$b"', 'a `b`', 'a & b', 'a "b', 'a >', '| a', 'a |', 'cat <<END\nb']) {
    expect(() => parseShell(text), text).toThrow(ShellError);
  }
});

test('words in quotes come back as they are, whatever they hold', () => {
  const word = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/['\r]/.test(text));
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), (list) => {
      expect(words(list.map((one) => `'${one}'`).join(' '))).toEqual([list]);
    }),
  );
});

test('any text at all is read or refused in words', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      try {
        parseShell(text);
      } catch (error) {
        expect(error).toBeInstanceOf(ShellError);
      }
    }),
  );
});
