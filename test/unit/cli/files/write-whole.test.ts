import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { OutputError } from '../../../../src/cli/files/output-error.js';
import { WholeFile, writeWhole } from '../../../../src/cli/files/write-whole.js';
import { testFolder } from '../../../support/folder.js';

const { at, text, names } = testFolder();

describe('writeWhole', () => {
  test('makes the file and the folders that it needs, and leaves nothing else', () => {
    writeWhole(at('a/b/c.json'), 'content');
    expect([text('a/b/c.json'), names('a/b')]).toEqual(['content', ['c.json']]);
  });

  test('replaces what was there, and keeps who may read it', () => {
    writeFileSync(at('c.json'), 'before');
    chmodSync(at('c.json'), 0o640);
    writeWhole(at('c.json'), Buffer.from('after'));
    expect([text('c.json'), statSync(at('c.json')).mode & 0o777]).toEqual(['after', 0o640]);
  });

  test('writes where a link leads, and keeps the link', () => {
    mkdirSync(at('real'));
    symlinkSync('real/c.json', at('link.json'));
    writeWhole(at('link.json'), 'first');
    writeWhole(at('link.json'), 'second');
    expect([text('real/c.json'), names(), names('real')]).toEqual(['second', ['link.json', 'real'], ['c.json']]);
  });

  test('what is not committed changes nothing', () => {
    writeFileSync(at('c.json'), 'before');
    const file = new WholeFile(at('c.json'));
    file.append('half of');
    file.discard();
    expect([text('c.json'), names()]).toEqual(['before', ['c.json']]);
  });

  test('under a lock, what a killed process left is written over', () => {
    writeFileSync(at('.c.json.part'), 'a very long piece of what was to be');
    writeWhole(at('c.json'), 'content', { locked: true });
    expect([text('c.json'), names()]).toEqual(['content', ['c.json']]);
  });

  test('a folder, and a file where a folder should be, are said', () => {
    expect(() => writeWhole(at(), 'x')).toThrow(OutputError);
    writeFileSync(at('file'), '');
    expect(() => writeWhole(at('file/c.json'), 'x')).toThrow(/file\/c\.json: cannot be written: E/);
  });

  test('a device is written to as it is', () => {
    writeWhole('/dev/null', 'x');
    expect(existsSync('/dev/null')).toBe(true);
  });

  test.runIf(existsSync('/dev/full'))('a full device is said', () => {
    expect(() => writeWhole('/dev/full', 'x')).toThrow(/^\/dev\/full: cannot be written: ENOSPC/);
  });

  test('on a full disk the old file stays, and no part of the new one', (context) => {
    mkdirSync(at('small'));
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', at('small')]).status === 0;
    if (!mounted) context.skip('only root can mount');
    try {
      writeWhole(at('small/c.json'), 'before');
      expect(() => writeWhole(at('small/c.json'), 'x'.repeat(100_000))).toThrow(/c\.json: cannot be written: ENOSPC/);
      expect([text('small/c.json'), names('small')]).toEqual(['before', ['c.json']]);
    } finally {
      spawnSync('umount', [at('small')]);
    }
  });

  test.skipIf(!existsSync('/proc/self'))('ends where no folder can be made', () => {
    expect(() => writeWhole('/proc/none/of/it', '')).toThrow(OutputError);
  });
});
