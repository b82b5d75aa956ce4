/**
 * The contract of every source that holds named contents. The test fills a location with names and bytes; names are
 * relative to its address.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Source, SourceContext } from '../../src/core/source.js';
import { codeOfRejection, type contextOf, drain, listAll, readItem } from '../sources/context.js';

export type Place = {
  readonly address: string;
  put(name: string, bytes: Buffer): Promise<void>;
  remove(name: string): Promise<void>;
};

export type SourceSubject = {
  readonly source: Source;
  /** A new, empty place. */
  place(): Promise<Place>;
  readonly missingAddress: string;
  context(given?: Parameters<typeof contextOf>[0]): SourceContext;
};

/** Longer than a chunk, and no two stretches alike. */
const LONG = Buffer.from(Array.from({ length: 90_000 }, (_none, i) => `line ${i}\n`).join(''));

/** In byte order: folders sort as if they ended in `/`, astral characters behind U+FFxx. */
const NAMES = [
  '%41',
  'a-b/z',
  'a.txt',
  'a/b.txt',
  'a/c/d',
  'a0',
  'n\nl/new\nline',
  'sp ace+plus&=?#',
  'é',
  '日本',
  'ﬁ',
  '😀',
];

export function describeSource(name: string, subjectOf: () => SourceSubject): void {
  describe(`contract of ${name}`, () => {
    let subject: SourceSubject;
    let full: Place;
    beforeAll(async () => {
      subject = subjectOf();
      full = await subject.place();
      for (const entry of NAMES.toReversed()) await full.put(entry, Buffer.from(`content of ${entry}`));
    });
    afterAll(() => subject?.source.close?.());

    const relative = (uri: string) => uri.slice(full.address.replace(/\/$/, '').length + 1);

    it('lists every name once, in byte order, escaped, twice the same', async () => {
      const items = await listAll(subject.source, full.address, subject.context());
      expect(
        items.map((item) => decodeURIComponent(relative(item.uri).replaceAll(/%(?![0-9A-F]{2})/g, '%25'))),
      ).toEqual(NAMES);
      expect(items.every((item) => !/[\n\r]/.test(item.uri))).toBe(true);
      expect(new Set(items.map((item) => item.target)).size).toBe(NAMES.length);
      expect(await listAll(subject.source, full.address, subject.context())).toEqual(items);
    });

    it('accepts its addresses and lists nothing in an empty place', async () => {
      const { address } = await subject.place();
      expect(subject.source.accepts(address)).toBe(true);
      expect(await listAll(subject.source, address, subject.context())).toEqual([]);
    });

    it('survives a plan: an item as JSON opens with its exact bytes', async () => {
      const items = await listAll(subject.source, full.address, subject.context());
      for (const [i, item] of items.entries()) {
        const again = JSON.parse(JSON.stringify(item));
        const bytes = await readItem(subject.source, again, subject.context());
        expect(bytes.toString()).toBe(`content of ${NAMES[i]}`);
        expect(item.bytes).toBe(bytes.length);
      }
    });

    it('opens whole, again, by range, and behind the end', async () => {
      const place = await subject.place();
      await place.put('long', LONG);
      const [item] = await listAll(subject.source, place.address, subject.context());
      const content = await subject.source.open(item as never, subject.context());
      expect(content.reopenable).toBe(true);
      expect(content.size).toBe(LONG.length);
      expect((await drain(content.open())).equals(LONG)).toBe(true);
      for (const [start, end] of [
        [0, 1],
        [70_000, 70_003],
        [LONG.length - 5, LONG.length],
        [0, LONG.length],
      ] as const) {
        expect((await drain(content.open({ start, end }))).equals(LONG.subarray(start, end))).toBe(true);
      }
      expect((await drain(content.open({ start: LONG.length - 2, end: LONG.length + 9 }))).length).toBe(2);
      expect((await drain(content.open({ start: LONG.length + 5, end: LONG.length + 9 }))).length).toBe(0);
    });

    it('reads an empty content as no bytes', async () => {
      const place = await subject.place();
      await place.put('empty', Buffer.alloc(0));
      const [item] = await listAll(subject.source, place.address, subject.context());
      expect(item?.bytes).toBe(0);
      expect((await readItem(subject.source, item as never, subject.context())).length).toBe(0);
    });

    it('may be left in the middle of a content and of a listing', async () => {
      const place = await subject.place();
      await place.put('long', LONG);
      await place.put('other', LONG);
      const context = subject.context();
      for (let i = 0; i < 30; i++) {
        for await (const item of subject.source.list(place.address, context)) {
          const content = await subject.source.open(item, context);
          for await (const _chunk of content.open()) break;
          break;
        }
      }
      const [item] = await listAll(subject.source, place.address, context);
      expect((await readItem(subject.source, item as never, context)).length).toBe(LONG.length);
    });

    it('has a new version for new bytes, and refuses to read what is not the version listed', async () => {
      const place = await subject.place();
      await place.put('x', Buffer.from('first'));
      const [before] = await listAll(subject.source, place.address, subject.context());
      await place.put('x', Buffer.from('other'));
      const [after] = await listAll(subject.source, place.address, subject.context());
      expect(after?.version).not.toBe(before?.version);
      expect(await codeOfRejection(readItem(subject.source, before as never, subject.context()))).toBe(
        'changed',
      );
    });

    it('says not-found for what vanished after the listing', async () => {
      const place = await subject.place();
      await place.put('x', Buffer.from('here'));
      const [item] = await listAll(subject.source, place.address, subject.context());
      await place.remove('x');
      expect(await codeOfRejection(readItem(subject.source, item as never, subject.context()))).toBe(
        'not-found',
      );
    });

    it('keeps what is too large as a skipped item', async () => {
      const place = await subject.place();
      await place.put('big', Buffer.alloc(11));
      await place.put('small', Buffer.alloc(10));
      const items = await listAll(
        subject.source,
        place.address,
        subject.context({ limits: { maxFileBytes: 10 } }),
      );
      expect(items.map((item) => item.fault)).toEqual([
        { status: 'skipped', reason: 'limit-file-size' },
        undefined,
      ]);
    });

    it.each([
      [{ include: ['*.txt'] }, ['a.txt', 'a/b.txt']],
      [{ include: ['a/**'] }, ['a/b.txt', 'a/c/d']],
      [{ exclude: ['a/'] }, NAMES.filter((entry) => !entry.startsWith('a/'))],
      [
        { exclude: ['**/c/**', '[!a-z]*', 'a?'] },
        ['a-b/z', 'a.txt', 'a/b.txt', 'n\nl/new\nline', 'sp ace+plus&=?#'],
      ],
      [{ include: ['**/*line'] }, ['n\nl/new\nline']],
    ])('filters by %o', async (options, expected) => {
      const items = await listAll(subject.source, full.address, subject.context({ options }));
      expect(items.map((item) => decodeURIComponent(relative(item.uri)))).toEqual(expected);
    });

    it('throws for an address that does not exist, before any item', async () => {
      const code = await codeOfRejection(listAll(subject.source, subject.missingAddress, subject.context()));
      expect(['not-found', 'source']).toContain(code);
    });

    it('stops when aborted', async () => {
      const abort = new AbortController();
      const context = subject.context({ signal: abort.signal });
      const place = await subject.place();
      for (let i = 0; i < 5; i++) await place.put(`f${i}`, LONG);
      const [item] = await listAll(subject.source, place.address, context);
      abort.abort();
      const listed = await listAll(subject.source, place.address, context).catch(() => []);
      expect(listed.length).toBeLessThan(5);
      const code = await codeOfRejection(readItem(subject.source, item as never, context));
      expect(code).toBe('interrupted');
    });
  });
}
