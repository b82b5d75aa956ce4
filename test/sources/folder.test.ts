/** A folder lists the same whether calls block (a fast disk) or wait (a share). */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { codeOf } from '../../src/core/errors.js';
import { BlockingCalls } from '../../src/sources/blocking-calls.js';
import { listFolder } from '../../src/sources/folder.js';
import { encodePath } from '../../src/sources/local-path.js';

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

it('with every name that a file can have', async () => {
  const folder = fs.mkdtempSync(join(tmpdir(), 'leaksift-names-'));
  try {
    // Each byte but `/` and NUL alone, first and last in a name.
    const bytes = Array.from({ length: 255 }, (_, i) => i + 1).filter((byte) => byte !== 0x2f);
    const names = bytes.flatMap((byte) => [
      ...(byte === 0x2e ? [] : [Buffer.of(byte)]),
      Buffer.from([byte, ...Buffer.from('.txt')]),
      Buffer.from([...Buffer.from('x'), byte]),
    ]);
    for (const name of names) fs.writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), name]), '');
    for (const calls of [new BlockingCalls(), new Slow()]) {
      const listed = await listFolder(folder, calls);
      expect(listed.map(({ name }) => encodePath(name))).toEqual([...names].sort(Buffer.compare));
    }
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

it('with the error of a folder that is not there', async () => {
  for (const pace of [new BlockingCalls(), new Slow()]) {
    const error = await listFolder(join(root, 'none'), pace).catch((thrown: unknown) => thrown);
    expect(codeOf(error)).toBe('not-found');
  }
});
