import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../../src/base/errors.js';
import { checkOutputs, outputPlace } from '../../../../src/cli/files/place.js';
import { testFolder } from '../../../support/folder.js';

const { at } = testFolder();
const key = (path: string) => outputPlace(path).key;

describe('places', () => {
  test('one file is one place, whatever it is called', () => {
    writeFileSync(at('a'), '');
    symlinkSync('a', at('link'));
    linkSync(at('a'), at('hard'));
    mkdirSync(at('sub'));
    const same = [at('link'), at('hard'), `${at('sub')}/../a`, relative('.', at('a'))];
    expect(same.map(key)).toEqual(same.map(() => key(at('a'))));
    writeFileSync(at('b'), '');
    expect(key(at('b'))).not.toBe(key(at('a')));
  });

  test('so is a file that is not there yet', () => {
    mkdirSync(at('sub'));
    symlinkSync('sub', at('other'));
    symlinkSync('sub/a', at('dangling'));
    expect(key(at('other', 'a'))).toBe(key(at('sub', 'a')));
    expect(key(at('dangling'))).toBe(key(at('sub', 'a')));
    expect(outputPlace(at('dangling'))).toMatchObject({ kind: 'nothing', path: at('dangling') });
    expect(key(at('other', 'x', 'y'))).toBe(key(at('sub', 'x', 'y')));
  });

  test('devices are streams, folders no outputs', () => {
    expect(outputPlace('/dev/null').kind).toBe('stream');
    expect(() => outputPlace(at())).toThrow(/EISDIR/);
    expect(() => outputPlace(`${at('new')}/`)).toThrow(/EISDIR/);
  });
});

describe('outputs', () => {
  test('that are an input, or twice the same, are refused by name', () => {
    writeFileSync(at('in.yml'), '');
    symlinkSync('in.yml', at('alias.yml'));
    const check = (...paths: string[]) =>
      checkOutputs(
        paths.map((path) => ({ flag: '--out', path })),
        [{ flag: '--network', path: at('in.yml') }],
      );
    expect(() => check(at('alias.yml'))).toThrow(ConfigError);
    expect(() => check(at('alias.yml'))).toThrow(/--out: .* which is read \(--network\)/);
    expect(() => check(at('x'), `${at()}/./x`)).toThrow(/which is written too/);
    expect(() => check(at('x'), at('y'), '/dev/null', '/dev/null', '-', '-')).not.toThrow();
  });
});
