/** A folder is listed alike whether the call blocks (a quick disk) or waits (a share). */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { codeOf } from '../../src/core/errors.js';
import { BlockingCalls } from '../../src/sources/blocking-calls.js';
import { listFolder } from '../../src/sources/folder.js';

const root = fs.mkdtempSync(join(tmpdir(), 'leaksift-folder-'));
afterAll(() => fs.rmSync(root, { recursive: true }));

class Slow extends BlockingCalls {
  override blocks(): boolean {
    return false;
  }

  override timed<T>(): T {
    throw new Error('it was to wait');
  }
}

it('with any names', async () => {
  for (const name of ['b', 'a', 'a!', '.x', '*', '[x]', 'a\nb', 'caf\xe9', '\xff'])
    fs.writeFileSync(Buffer.from(`${root}/${name}`, 'latin1'), '');
  fs.mkdirSync(join(root, 'a0'));
  fs.symlinkSync('nowhere', join(root, 'link'));
  const blocked = await listFolder(root, new BlockingCalls());
  expect(blocked).toHaveLength(11);
  expect(blocked.map(({ kind }) => kind).sort()).toEqual([
    ...Array.from({ length: 9 }, () => 'file'),
    ...['folder', 'symlink'],
  ]);
  expect(await listFolder(root, new Slow())).toEqual(blocked);
});

it('with the error of a folder that is not there', async () => {
  for (const pace of [new BlockingCalls(), new Slow()]) {
    const error = await listFolder(join(root, 'none'), pace).catch((thrown: unknown) => thrown);
    expect(codeOf(error)).toBe('not-found');
  }
});
