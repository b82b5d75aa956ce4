/** An archive that lists nothing is complete only where its own bytes prove that it is empty. */
import { expect, it } from 'vitest';
import { codeOf } from '../../../src/core/errors.js';
import { sevenZip } from '../../../src/extractors/archives/sevenzip.js';
import { collect } from '../collect.js';
import { pack } from '../sevenzip-builder.js';
import { iso } from './archive-samples.js';
import { buildCpio, MODE } from './cpio-builder.js';

const EMPTY_7Z = Buffer.concat([Buffer.from('377abcaf271c00048d9bd50f', 'hex'), Buffer.alloc(20)]);

it.each<[string, Buffer]>([
  ['7z', EMPTY_7Z],
  ['cpio', buildCpio([])],
  ['cpio of the old kind', buildCpio([], 'odc')],
  ['cpio of a folder', buildCpio([{ name: '.', mode: MODE.folder, links: 2 }])],
  ['ar', Buffer.from('!<arch>\n')],
])('an empty %s is complete', async (_name, bytes) => {
  const { members, partial, error } = await collect(sevenZip, bytes);
  expect({ members, partial, error }).toEqual({ members: [], partial: [], error: undefined });
});

it('a disc whose folder lists nothing is not', async () => {
  const image = iso('A.TXT', 'alpha');
  // The record of the file in the root folder: a length of 0 ends the folder before it.
  image[18 * 2048 + 34 + 34] = 0;
  const out = await collect(sevenZip, image);
  expect(out.members).toEqual([]);
  expect(codeOf(out.error)).toBe('corrupt');
});

it('a 7z whose list was cut off is not', async () => {
  const bytes = (await pack('7z', [{ name: 'a.txt', data: 'alpha'.repeat(100) }])).subarray(0, 40);
  expect((await collect(sevenZip, bytes)).error).toBeDefined();
});
