import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Item } from '../../src/core/source.js';
import { fileSource } from '../../src/sources/file.js';
import { codeOfRejection, contextOf, drain, listAll, readItem } from './context.js';

let base: string;
let root: string;
let count = 0;
beforeAll(() => {
  base = fs.mkdtempSync(join(tmpdir(), 'leaksift-file-'));
  fs.chmodSync(base, 0o755);
});
afterAll(() => fs.rmSync(base, { recursive: true }));
beforeEach(() => {
  count += 1;
  root = join(base, `${count}`);
  fs.mkdirSync(root);
});

const put = (name: string, content: string | Buffer = 'x') => fs.writeFileSync(join(root, name), content);
const list = (options: Parameters<typeof contextOf>[0] = {}) => listAll(fileSource, root, contextOf(options));
const faults = (items: readonly Item[]) =>
  Object.fromEntries(
    items.map(({ uri, fault }) => [uri.slice(root.length + 1), fault?.reason ?? 'readable']),
  );
const read = (item: Item | undefined, context = contextOf()) => readItem(fileSource, item as Item, context);

it('names symlinks, sockets, FIFOs, and does not follow or open them', async () => {
  put('file');
  fs.symlinkSync('file', join(root, 'link'));
  fs.symlinkSync('nowhere', join(root, 'broken'));
  fs.symlinkSync('/etc', join(root, 'out'));
  execFileSync('mkfifo', [join(root, 'fifo')]);
  const server = createServer().listen(join(root, 'socket'));
  await new Promise((resolve) => server.once('listening', resolve));
  expect(faults(await list())).toEqual({
    broken: 'symlink',
    fifo: 'not-regular-file',
    file: 'readable',
    link: 'symlink',
    out: 'symlink',
    socket: 'not-regular-file',
  });
  server.close();
});

it('follows symlinks when asked, and stops at loops', async () => {
  fs.mkdirSync(join(root, 'a/b'), { recursive: true });
  put('a/b/file');
  fs.symlinkSync('..', join(root, 'a/b/up'));
  fs.symlinkSync('.', join(root, 'self'));
  fs.symlinkSync('a/b/file', join(root, 'link'));
  fs.symlinkSync('nowhere', join(root, 'broken'));
  fs.symlinkSync('a', join(root, 'z'));
  expect(faults(await list({ options: { followSymlinks: true } }))).toEqual({
    'a/b/file': 'readable',
    'a/b/up': 'symlink-loop',
    broken: 'not-found',
    link: 'readable',
    self: 'symlink-loop',
    'z/b/file': 'readable',
    'z/b/up': 'symlink-loop',
  });
});

it('names folders and files without permission', async () => {
  fs.mkdirSync(join(root, 'closed'));
  put('closed/inside');
  put('secret');
  put('zopen', 'readable');
  fs.chmodSync(join(root, 'closed'), 0);
  fs.chmodSync(join(root, 'secret'), 0);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(65534);
  try {
    const items = await list();
    expect(faults(items)).toEqual({ closed: 'access-denied', secret: 'readable', zopen: 'readable' });
    expect(await codeOfRejection(read(items[1]))).toBe('access-denied');
    expect(String(await read(items[2]))).toBe('readable');
    expect(await codeOfRejection(listAll(fileSource, join(root, 'closed'), contextOf()))).toBe(
      'access-denied',
    );
  } finally {
    if (isRoot) process.seteuid?.(0);
    fs.chmodSync(join(root, 'closed'), 0o755);
  }
});

it('lists and reads names that are not UTF-8, and names that look like globs or paths', async () => {
  const names = [
    'caf\xe9',
    '\xff\xfe',
    '..x',
    '!x',
    '-',
    '{a,b}',
    '[x]',
    'a\\b',
    '*',
    ' ',
    'a\nb',
    '\x01',
    '@(x)',
    '(x|y)',
    '**',
  ];
  for (const name of names) fs.writeFileSync(Buffer.from(`${root}/${name}`, 'latin1'), `is ${name}`);
  const items = await list();
  expect(items.length).toBe(names.length);
  const bodies = await Promise.all(items.map((item) => read(item)));
  expect(bodies.map(String).sort()).toEqual(names.map((name) => `is ${name}`).sort());
  expect(items.some(({ uri }) => uri.endsWith('/caf%E9'))).toBe(true);
  expect(items.some(({ uri }) => uri.endsWith('/%FF%FE'))).toBe(true);
  const [odd] = items.filter(({ uri }) => uri.endsWith('%E9'));
  const content = await fileSource.open(odd as Item, contextOf());
  expect(fs.readFileSync(content.localPath ?? '').toString()).toBe('is caf\xe9');
});

it('reads files of /proc, which have no size', async () => {
  const [item] = await listAll(fileSource, '/proc/self/status', contextOf());
  const content = await fileSource.open(item as Item, contextOf());
  expect(content.size).toBeUndefined();
  expect(content.localPath).toBeUndefined();
  expect(String(await drain(content.open()))).toMatch(/^Name:/);
  expect(String(await drain(content.open({ start: 2, end: 5 })))).toBe('me:');
});

it('reads a growing file up to the size it was listed with', async () => {
  put('log', 'a'.repeat(1_000_000));
  const [item] = await list();
  const content = await fileSource.open(item as Item, contextOf());
  let bytes = 0;
  for await (const chunk of content.open()) {
    bytes += chunk.length;
    fs.appendFileSync(join(root, 'log'), 'b'.repeat(10_000));
    expect(Buffer.from(chunk).includes('b')).toBe(false);
  }
  expect(bytes).toBe(1_000_000);
});

it('says changed for a file truncated or written over while it is read', async () => {
  put('cut', 'a'.repeat(1_000_000));
  put('over', 'a'.repeat(1_000_000));
  for (const item of await list()) {
    const content = await fileSource.open(item, contextOf());
    let bytes = 0;
    const reading = (async () => {
      for await (const chunk of content.open()) {
        if (bytes === 0 && item.uri.endsWith('cut')) fs.truncateSync(join(root, 'cut'), 300_000);
        if (bytes === 0 && item.uri.endsWith('over'))
          fs.writeFileSync(join(root, 'over'), 'b'.repeat(1_000_000));
        bytes += chunk.length;
      }
    })();
    expect(await codeOfRejection(reading)).toBe('changed');
    expect(bytes).toBeGreaterThan(0);
  }
});

it('reads on after a chmod or a new hard link', async () => {
  put('x', 'same bytes');
  const [item] = await list();
  fs.chmodSync(join(root, 'x'), 0o600);
  fs.linkSync(join(root, 'x'), join(root, 'y'));
  expect(String(await read(item))).toBe('same bytes');
});

it("does not hang on a FIFO that took a listed file's place", async () => {
  put('x', 'bytes');
  const [item] = await list();
  fs.rmSync(join(root, 'x'));
  execFileSync('mkfifo', [join(root, 'x')]);
  expect(await codeOfRejection(read(item))).toBe('changed');
});

it('reads a FIFO named as the address, and gives up when nobody writes', async () => {
  const fifo = join(root, 'pipe');
  execFileSync('mkfifo', [fifo]);
  const [item] = await listAll(fileSource, fifo, contextOf());
  const writer = spawn('sh', ['-c', `(echo one; sleep 0.2; echo two) > '${fifo}'`]);
  const closed = new Promise((resolve) => writer.once('close', resolve));
  expect(String(await read(item))).toBe('one\ntwo\n');
  await closed;
  expect(await codeOfRejection(read(item))).toBe('timeout');
});

it('gives up on a writer that falls silent', async () => {
  const fifo = join(root, 'pipe');
  execFileSync('mkfifo', [fifo]);
  const writer = spawn('sh', ['-c', `(echo one; sleep 20) > '${fifo}'`]);
  const context = contextOf({ limits: { timeoutMs: 300 } });
  const [item] = await listAll(fileSource, fifo, context);
  expect(await codeOfRejection(read(item, context))).toBe('timeout');
  writer.kill();
});

it('names sockets and devices given as the address', async () => {
  const server = createServer().listen(join(root, 'socket'));
  await new Promise((resolve) => server.once('listening', resolve));
  for (const address of [join(root, 'socket'), '/dev/zero']) {
    const [item] = await listAll(fileSource, address, contextOf());
    expect(item?.fault).toEqual({ status: 'skipped', reason: 'not-regular-file' });
  }
  server.close();
});

it('writes addresses as given, without trailing slash', async () => {
  put('x');
  for (const address of [root, `${root}/`, `${root}//.`]) {
    expect((await listAll(fileSource, address, contextOf())).map(({ uri }) => uri)).toEqual([`${root}/x`]);
  }
});

it('filters a file that is the target itself by its last segment, or by its printed uri', async () => {
  const path = join(root, 'one.txt');
  put('one.txt');
  const omitted: string[] = [];
  const listedBy = async (options: { include?: string[]; exclude?: string[] }) => {
    const context = { ...contextOf({ options }), omitted: (what: string) => omitted.push(what) };
    return (await listAll(fileSource, path, context)).length;
  };
  expect(await listedBy({ include: ['*.txt'] })).toBe(1);
  expect(await listedBy({ include: [path] })).toBe(1);
  expect(await listedBy({ include: ['*.csv'] })).toBe(0);
  expect(await listedBy({ exclude: ['one.*'] })).toBe(0);
  expect(omitted).toEqual(['item', 'item']);
});

it('orders by bytes of whole names over folders', async () => {
  for (const name of ['a', 'a-', 'a.d', 'ab']) fs.mkdirSync(join(root, name));
  for (const name of ['a/z', 'a-/z', 'a.d/z', 'ab/z', 'a!', 'a0', 'a~']) put(name);
  const names = (await list()).map(({ uri }) => uri.slice(root.length + 1));
  expect(names).toEqual(['a!', 'a-/z', 'a.d/z', 'a/z', 'a0', 'ab/z', 'a~']);
});
