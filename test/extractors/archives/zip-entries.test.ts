import { deflateRawSync } from 'node:zlib';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import type { RandomAccess } from '../../../src/core/content.js';
import { codeOf } from '../../../src/core/errors.js';
import { Budget, DEFAULT_LIMITS } from '../../../src/core/limits.js';
import { openZip } from '../../../src/extractors/archives/zip-entries.js';
import { buildZip, type TestMember } from './zip-builder.js';

const memory = (bytes: Buffer): RandomAccess => ({
  size: bytes.length,
  read: async (offset, length) => bytes.subarray(offset, offset + length),
  close: async () => {},
});

/** Name to content, or to the code of the fault. */
async function readAll(bytes: Buffer, limits = {}) {
  const budget = new Budget({ ...DEFAULT_LIMITS, ...limits }, Date.now);
  const zip = await openZip(memory(bytes), budget);
  const found: [string, string][] = [];
  for await (const entry of zip.entries()) {
    if (entry.directory) continue;
    let text = '';
    try {
      for await (const chunk of zip.open(entry)) text += chunk.toString('latin1');
    } catch (error) {
      text += `<${codeOf(error)}>`;
    }
    found.push([entry.name, text]);
  }
  return { found, problem: zip.problem, budget };
}

const two: TestMember[] = [
  { name: 'a.txt', data: 'alpha' },
  { name: 'dir/b.txt', data: 'beta', method: 0 },
];
const bothRead = [
  ['a.txt', 'alpha'],
  ['dir/b.txt', 'beta'],
];

function withDirectoryOffset(bytes: Buffer, offset: number): Buffer {
  bytes.writeUInt32LE(offset, bytes.length - 6);
  return bytes;
}

function withDirectorySize(bytes: Buffer, size: number): Buffer {
  bytes.writeUInt32LE(size, bytes.length - 10);
  return bytes;
}

describe('openZip', () => {
  it.each<[string, Buffer]>([
    ['a plain zip', buildZip(two)],
    ['folders', buildZip([{ name: 'dir/', method: 0 }, ...two])],
    ['junk in front that offsets do not count', buildZip(two, { prefix: Buffer.alloc(5000, 7) })],
    ['a wrong directory offset', withDirectoryOffset(buildZip(two), 7)],
    ['a wrong directory size', withDirectorySize(buildZip(two), 5)],
    ['trailing bytes', Buffer.concat([buildZip(two), Buffer.alloc(300, 0x20)])],
    ['300 KB of trailing bytes', Buffer.concat([buildZip(two), Buffer.alloc(300_000, 0x20)])],
    ['members written as a stream', buildZip(two.map((m) => ({ ...m, streamed: true })))],
    ['zip64 sizes', buildZip(two.map((m) => ({ ...m, zip64: true })))],
    ['a zip64 end record', buildZip(two, { zip64End: true })],
    ['declared sizes that are too small', buildZip(two.map((m) => ({ ...m, claim: { size: 1 } })))],
    ['names with backslashes', buildZip([two[0] as TestMember, { ...two[1], name: 'dir\\b.txt' }])],
  ])('reads %s', async (_name, bytes) => {
    expect(await readAll(bytes)).toMatchObject({ found: bothRead, problem: undefined });
  });

  it.each<[string, Buffer]>([
    ['cut before the directory', buildZip(two)],
    ['streamed members cut before the directory', buildZip(two.map((m) => ({ ...m, streamed: true })))],
  ])('salvages %s', async (_name, bytes) => {
    const cut = bytes.subarray(0, bytes.indexOf('PK\x01\x02', 0, 'latin1'));
    expect(await readAll(cut)).toMatchObject({ found: bothRead, problem: 'truncated' });
  });

  it('salvages members behind a broken directory record', async () => {
    const bytes = buildZip(two);
    bytes[bytes.lastIndexOf('PK\x01\x02', undefined, 'latin1')] = 0;
    expect(await readAll(bytes)).toMatchObject({ found: bothRead, problem: 'corrupt' });
  });

  it('gives what a cut member still holds', async () => {
    const data = Array.from({ length: 30_000 }, (_, i) => `line ${i * 7919}\n`).join('');
    const bytes = buildZip([...two, { name: 'big.txt', data }]);
    const { found, problem } = await readAll(bytes.subarray(0, 40_000));
    expect(problem).toBe('truncated');
    expect(found.slice(0, 2)).toEqual(bothRead);
    const [name, text] = found[2] ?? ['', ''];
    expect(name).toBe('big.txt');
    expect(text.length).toBeGreaterThan(50_000);
    expect(data.startsWith(text.replace('<truncated>', ''))).toBe(true);
    expect(text).toMatch(/<truncated>$/);
  });

  it.each<[string, TestMember, string]>([
    ['a wrong checksum', { name: 'x', data: 'alpha', claim: { crc: 1 } }, 'alpha<corrupt>'],
    ['damaged data', { name: 'x', data: 'alpha', packed: Buffer.from([0xff, 0xff, 1, 2, 3]) }, '<corrupt>'],
    ['encryption', { name: 'x', data: 'alpha', flags: 1 }, '<encrypted>'],
    ['an unknown method', { name: 'x', data: 'alpha', method: 6 }, '<unsupported-method>'],
  ])('keeps the fault of one member to itself: %s', async (_name, member, text) => {
    const { found } = await readAll(buildZip([member, ...two]));
    expect(found).toEqual([['x', text], ...bothRead]);
  });

  it('stops members that overlap', async () => {
    const kernel = deflateRawSync(Buffer.alloc(3_000_000));
    const honest = buildZip([{ name: 'k', data: Buffer.alloc(3_000_000), packed: kernel }]);
    const central = honest.subarray(honest.indexOf('PK\x01\x02', 0, 'latin1'), honest.length - 22);
    const end = Buffer.from(honest.subarray(honest.length - 22));
    const copies = 50;
    end.writeUInt16LE(copies, 8);
    end.writeUInt16LE(copies, 10);
    end.writeUInt32LE(central.length * copies, 12);
    const locals = honest.subarray(0, honest.length - 22 - central.length);
    const bomb = Buffer.concat([locals, ...Array.from({ length: copies }, () => central), end]);
    const { found } = await readAll(bomb);
    expect(found.filter(([, text]) => text === '<overlap>').length).toBeGreaterThan(copies * 0.8);
  });

  it('charges the budget and stops a bomb at it', async () => {
    const bytes = buildZip([{ name: 'bomb', data: Buffer.alloc(80_000_000) }]);
    const { found } = await readAll(bytes, { maxExpandedBytes: 10_000_000 });
    expect(found[0]?.[1]).toMatch(/<limit-expanded-size>$/);
    expect((await readAll(bytes)).found[0]?.[1]).toMatch(/<limit-ratio>$/);
  });

  it.each<[string, Buffer, string]>([
    ['flagged UTF-8', Buffer.from('été.txt'), 'été.txt'],
    ['unflagged UTF-8', Buffer.from('été.txt'), 'été.txt'],
    ['cp437', iconv.encode('Relevé de carrière.txt', 'cp437'), 'Relevé de carrière.txt'],
    ['cp866', iconv.encode('Список сотрудников.txt', 'cp866'), 'Список сотрудников.txt'],
    ['windows-1252', iconv.encode('Mutations été – liste.txt', 'windows-1252'), 'Mutations été – liste.txt'],
  ])('reads names in %s', async (kind, raw, expected) => {
    const { found } = await readAll(
      buildZip([{ name: raw, data: 'x', flags: kind === 'flagged UTF-8' ? 0x800 : 0 }]),
    );
    expect(found).toEqual([[expected, 'x']]);
  });

  it('finds parts whatever the case and slashes', async () => {
    const zip = await openZip(
      memory(buildZip([{ name: 'XL\\Workbook.xml', data: '<w/>' }])),
      new Budget(DEFAULT_LIMITS, Date.now),
    );
    const entry = await zip.find('/xl/workbook.xml');
    expect(entry && (await zip.read(entry, 100)).toString()).toBe('<w/>');
    await expect(entry && zip.read(entry, 2)).rejects.toMatchObject({ code: 'limit-memory' });
  });

  it('keeps memory flat over 100,000 members', async () => {
    const bytes = buildZip(
      Array.from({ length: 100_000 }, (_, i) => ({ name: `f${i}`, data: 'x', method: 0 })),
    );
    const zip = await openZip(memory(bytes), new Budget(DEFAULT_LIMITS, Date.now));
    let count = 0;
    for await (const entry of zip.entries()) for await (const chunk of zip.open(entry)) count += chunk.length;
    expect(count).toBe(100_000);
  });
});
