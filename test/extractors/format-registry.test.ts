/** Descriptors agree with the readers they load and with each other; registries answer by type, pattern and name. */
import { describe, expect, test } from 'vitest';
import type { Format } from '../../src/core/format.js';
import { FORMATS, FormatRegistry } from '../../src/extractors/index.js';

const OPTIONS = { ocr: false, ocrLanguages: [], strings: false, passwords: [] };
const registry = new FormatRegistry(FORMATS);

function toy(changes: Partial<Format>): Format {
  return {
    id: 'toy',
    names: {},
    mediaTypes: ['application/x-toy'],
    extensions: ['toy'],
    recognisedBy: 'signature',
    load: async () => ({ extract: async () => {} }),
    ...changes,
  };
}

test.each(FORMATS.map((format) => [format.id, format] as const))(
  '%s loads a reader that is as described',
  async (_, format) => {
    const extractor = await format.load();
    expect(extractor.extract).toBeTypeOf('function');
    expect(extractor.splits !== undefined).toBe(format.splits === true);
    for (const mediaType of format.mediaTypes.filter((type) => !type.includes('*'))) {
      expect(registry.formatFor(mediaType, OPTIONS)?.id).toBe(format.id);
    }
    // README's table names what is read.
    const isRead = format.mediaTypes.every((type) => format.unread?.(type, OPTIONS) === undefined);
    if (isRead) expect(Object.keys(format.names)).not.toEqual([]);
    for (const extension of format.extensions) expect(extension).toMatch(/^[a-z0-9]{1,7}$/);
  },
);

test('no two formats promise the same ending', () => {
  const all = FORMATS.flatMap(({ extensions }) => extensions);
  expect([...new Set(all)]).toEqual(all);
});

describe('the format of a media type', () => {
  test.each([
    ['image/x-never-seen', 'image'],
    ['image/emf', 'metafile'],
    ['image/svg+xml', 'svg'],
    ['audio/x-never-seen', 'media'],
    ['video/x-never-seen', 'media'],
    ['text/x-never-seen', 'text'],
    ['message/x-never-seen', 'text'],
    ['application/x-never-seen+json', 'text'],
    ['application/atom+xml', 'text'],
    ['application/x-never-seen', undefined],
    ['x-application/atom+xml', undefined],
    ['application/octet-stream', undefined],
  ])('%s is read as %s', (mediaType, id) => {
    expect(registry.formatFor(mediaType, OPTIONS)?.id).toBe(id);
  });

  test('of unknown binaries is strings where the user asks for it', () => {
    const options = { ...OPTIONS, strings: true };
    expect(registry.formatFor('application/x-never-seen', options)?.id).toBe('strings');
    expect(registry.formatFor('image/png', options)?.id).toBe('image');
  });
});

test('names promise formats by their last ending, in any case', () => {
  const promised = ['a.xlsx', 'DUMP.ZIP', 'a.tar.Z', 'xlsx', 'a.bin', 'a.constructor', '.zip'];
  expect(promised.map((name) => registry.promisedBy(name))).toEqual([
    ...['.xlsx', '.zip', '.z', undefined, undefined, undefined, '.zip'],
  ]);
});

test('a format that recognises its contents is asked before the built-in detection', async () => {
  const seen: unknown[] = [];
  const format = toy({
    recognise(head, hints) {
      seen.push(hints.name);
      return head.toString('latin1', 0, 4) === 'TOY1' ? 'application/x-toy' : undefined;
    },
  });
  const registry = new FormatRegistry([...FORMATS, format]);
  expect(await registry.detect(Buffer.from('TOY1 a line'), { name: 'a.toy' })).toBe('application/x-toy');
  expect(await registry.detect(Buffer.from('a line'), { name: 'b.txt' })).toBe('text/plain');
  expect(seen).toEqual(['a.toy', 'b.txt']);
  expect(registry.promisedBy('a.toy')).toBe('.toy');
});

test('a reader is loaded once', async () => {
  let loaded = 0;
  const format = toy({
    load: async () => {
      loaded++;
      return { extract: async () => {} };
    },
  });
  const registry = new FormatRegistry([format]);
  const load = () => registry.formatFor('application/x-toy', OPTIONS)?.load();
  expect(await load()).toBe(await load());
  expect(loaded).toBe(1);
});

test.each([
  [toy({ id: 'zip' }), 'two formats have the id zip'],
  [toy({ mediaTypes: ['application/zip'] }), 'application/zip is read by the formats zip and toy'],
  [toy({ mediaTypes: ['image/*'] }), 'image/* is read by the formats image and toy'],
])('claims that clash are refused: %#', (format, message) => {
  const clash = () => new FormatRegistry([...FORMATS, format]);
  expect(clash).toThrow(expect.objectContaining({ code: 'usage', message }));
});
