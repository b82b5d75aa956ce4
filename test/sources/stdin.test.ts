import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fileSource } from '../../src/sources/file.js';
import { stdinSource } from '../../src/sources/stdin.js';
import { contextOf, listAll, readItem } from './context.js';

it('is the address "-" and one item that can be opened once', async () => {
  expect(stdinSource.accepts('-')).toBe(true);
  expect(fileSource.accepts('-')).toBe(false);
  expect(stdinSource.accepts('-x')).toBe(false);
  const [item] = await listAll(stdinSource, '-', contextOf());
  expect(item).toEqual({ scheme: 'stdin', uri: 'stdin', target: '-' });
  const content = await stdinSource.open(item as never, contextOf());
  expect(content.reopenable).toBe(false);
});

it('reads file descriptor 0 to its end', async () => {
  const path = join(tmpdir(), `leaksift-stdin-${process.pid}`);
  fs.writeFileSync(path, 'y'.repeat(700_000));
  fs.closeSync(0);
  expect(fs.openSync(path, 'r')).toBe(0);
  const [item] = await listAll(stdinSource, '-', contextOf());
  expect((await readItem(stdinSource, item as never, contextOf())).length).toBe(700_000);
  fs.closeSync(0);
  fs.openSync('/dev/null', 'r');
  fs.rmSync(path);
});
