import { spawnSync } from 'node:child_process';
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { lockName, takeLock } from '../../../../src/cli/files/lock.js';
import { OutputError } from '../../../../src/cli/files/output-error.js';
import { outputPlace } from '../../../../src/cli/files/place.js';
import { testFolder } from '../../../support/folder.js';

const { at, names } = testFolder();
const take = (options = {}) => takeLock(outputPlace(at('rows.csv')), options);
const lock = () => JSON.parse(readFileSync(lockName(at('rows.csv')), 'utf8'));
const rewrite = (change: object) => writeFileSync(lockName(at('rows.csv')), JSON.stringify({ ...lock(), ...change }));

describe('a lock', () => {
  test('is held by one, and leaves nothing behind', async () => {
    const first = await take();
    expect(lock()).toMatchObject({ lockedBy: 'astra-sim-ts', pid: process.pid });
    await expect(take()).rejects.toThrow(OutputError);
    await expect(take()).rejects.toThrow(
      new RegExp(`rows\\.csv: cannot be written: process ${process.pid} on .* is writing it`),
    );
    expect(names()).toEqual(['rows.csv.lock']);
    first.release();
    expect(names()).toEqual([]);
    (await take()).release();
  });

  test('of a process that has ended is taken over', async () => {
    const first = await take();
    const { pid } = spawnSync('true');
    rewrite({ pid, token: 'theirs' });
    const second = await take();
    expect(lock().pid).toBe(process.pid);
    // Who lost it neither writes on nor takes it away.
    expect(() => first.check()).toThrow(/another process took over/);
    first.release();
    second.check();
    second.release();
  });

  test('of an earlier process with a number that is used again is taken over', async () => {
    await take();
    rewrite({ started: '1', token: 'theirs' });
    (await take()).release();
  });

  test('of another machine is taken over when it shows no sign of life, and not before', async () => {
    const first = await take();
    rewrite({ machine: 'elsewhere', host: 'node-7', token: 'theirs' });
    const said: string[] = [];
    const notify = (text: string) => said.push(text);
    const beating = setInterval(() => utimesSync(lockName(at('rows.csv')), new Date(), new Date()), 100);
    await expect(take({ notify, watchMs: 1500 })).rejects.toThrow(/on node-7 is writing it/);
    clearInterval(beating);
    expect(said).toEqual([expect.stringContaining('waiting up to 1.5 s')]);
    (await take({ watchMs: 1000 })).release();
    first.release();
  });

  test('a file that is something else is left alone', async () => {
    writeFileSync(lockName(at('rows.csv')), 'my notes');
    await expect(take()).rejects.toThrow(/is not a lock of this program/);
    expect(readFileSync(lockName(at('rows.csv')), 'utf8')).toBe('my notes');
  });

  test('of many who want it, one at a time has it', async () => {
    let holders = 0;
    let most = 0;
    const one = async () => {
      try {
        const held = await take();
        most = Math.max(most, ++holders);
        await new Promise((resolve) => setTimeout(resolve, 2));
        held.check();
        holders--;
        held.release();
        return 1;
      } catch {
        return 0;
      }
    };
    const taken = await Promise.all(Array.from({ length: 20 }, one));
    expect([most, taken.includes(1)]).toEqual([1, true]);
  });
});
