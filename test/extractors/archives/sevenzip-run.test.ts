import type { Worker } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { LeaksiftError } from '../../../src/core/errors.js';
import { Budget, DEFAULT_LIMITS } from '../../../src/core/limits.js';
import { ARCHIVE, OUTPUT, type SevenZipEvent } from '../../../src/extractors/archives/sevenzip-protocol.js';
import { SevenZipRun } from '../../../src/extractors/archives/sevenzip-run.js';
import { pack } from '../../e2e/archive-samples.js';
import { cpio } from './archive-samples.js';

const threads: Worker[] = [];
vi.mock('node:worker_threads', async (original) => {
  const actual = await original<typeof import('node:worker_threads')>();
  class Counted extends actual.Worker {
    constructor(...args: ConstructorParameters<typeof actual.Worker>) {
      super(...args);
      threads.push(this);
    }
  }
  return { ...actual, Worker: Counted };
});

const EXTRACT = ['x', '-y', '-bd', '-bsp0', `-o${OUTPUT}`, ARCHIVE];
const open = (archive: Buffer) => new SevenZipRun(archive, new Budget(DEFAULT_LIMITS, Date.now));

async function textOf(events: AsyncIterable<SevenZipEvent>): Promise<string> {
  let text = '';
  for await (const event of events) if (event.type === 'data') text += Buffer.from(event.bytes).toString();
  return text;
}

async function read(archive: Buffer): Promise<string> {
  const run = open(archive);
  try {
    return await textOf(run.run(EXTRACT));
  } finally {
    await run.close();
  }
}

/** Ends the thread that waits, if there is one, so that each test starts without. */
async function endAll(): Promise<void> {
  await Promise.all(threads.splice(0).map((thread) => thread.terminate()));
}

/** A 7z whose method asks for so much memory, however little the text is (7-Zip's 7zFormat.txt). */
async function ppmdArchive(text: Buffer, memory: number): Promise<Buffer> {
  const bytes = await pack('o.7z', { name: 'a.txt', bytes: text }, ['-m0=PPMd', '-mhc=off']);
  const header = bytes.subarray(32 + Number(bytes.readBigUInt64LE(12)));
  const method = header.indexOf(Buffer.from([3, 4, 1, 5]));
  header.writeUInt32LE(memory, method + 5);
  bytes.writeUInt32LE(crc32(header), 28);
  bytes.writeUInt32LE(crc32(bytes.subarray(12, 32)), 8);
  return bytes;
}

describe('7-Zip threads', () => {
  beforeEach(endAll);

  it('serve one archive after another', async () => {
    for (const text of ['alpha', 'beta', 'gamma']) expect(await read(cpio('a.txt', text))).toBe(text);
    expect(threads).toHaveLength(1);
  });

  it('serve a sound archive after a damaged one', async () => {
    const damaged = cpio('a.txt', 'x'.repeat(5000)).fill(0xa5, 60, 200);
    const cut = cpio('a.txt', 'x'.repeat(5000)).subarray(0, 2000);
    for (const archive of [damaged, cut]) {
      await read(archive);
      expect(await read(cpio('a.txt', 'alpha'))).toBe('alpha');
    }
  });

  it('are several for archives that are open together, and one afterwards', async () => {
    const outer = open(cpio('a.txt', 'outer'));
    const inner = open(cpio('a.txt', 'inner'));
    expect(await textOf(inner.run(EXTRACT))).toBe('inner');
    expect(await textOf(outer.run(EXTRACT))).toBe('outer');
    await inner.close();
    await outer.close();
    expect(threads).toHaveLength(2);
    expect(threads.filter((thread) => thread.threadId !== -1)).toHaveLength(1);
    expect(await read(cpio('a.txt', 'later'))).toBe('later');
    expect(threads).toHaveLength(2);
  });

  it('do not outlive a crash: that archive fails, the next is read by another thread', async () => {
    const run = open(cpio('a.txt', 'x'.repeat(5_000_000)));
    const reading = (async () => {
      for await (const event of run.run(EXTRACT)) if (event.type === 'open') await threads[0]?.terminate();
    })();
    await expect(reading).rejects.toMatchObject({ code: 'crashed' });
    await run.close();
    expect(await read(cpio('a.txt', 'alpha'))).toBe('alpha');
    expect(threads).toHaveLength(2);
  });

  it('do not outlive a command that was not read to its end', async () => {
    const run = open(cpio('a.txt', 'x'.repeat(5_000_000)));
    for await (const event of run.run(EXTRACT)) if (event.type === 'data') break;
    await run.close();
    expect(threads[0]?.threadId).toBe(-1);
    expect(await read(cpio('a.txt', 'alpha'))).toBe('alpha');
  });

  it('do not outlive a spent budget', async () => {
    const abort = new AbortController();
    const run = new SevenZipRun(
      cpio('a.txt', 'x'.repeat(5_000_000)),
      new Budget(DEFAULT_LIMITS, Date.now, abort.signal),
    );
    const reading = (async () => {
      for await (const event of run.run(EXTRACT)) if (event.type === 'data') abort.abort();
    })();
    await expect(reading).rejects.toBeInstanceOf(LeaksiftError);
    await run.close();
    expect(threads[0]?.threadId).toBe(-1);
  });

  it('are not kept with a heap that an archive made large', async () => {
    const text = Buffer.from('alpha '.repeat(1000));
    const large = await ppmdArchive(text, 96 * 1024 * 1024);
    expect(await read(large)).toBe(text.toString());
    expect(threads[0]?.threadId).toBe(-1);
    expect(await read(cpio('a.txt', 'alpha'))).toBe('alpha');
    expect(threads).toHaveLength(2);
  });
});
