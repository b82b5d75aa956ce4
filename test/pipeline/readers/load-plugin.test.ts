/** Plug-ins by path and by URL; the file that was found is the file that is loaded. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { loadPlugin } from '../../../src/pipeline/readers/load-plugin.js';
import { findPlugin } from '../../../src/pipeline/readers/plugin-file.js';
import { openReaders } from '../../../src/pipeline/readers/readers.js';

const folder = mkdtempSync(join(tmpdir(), 'leaksift-plugin-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const OPTIONS = { ocr: false, ocrLanguages: [], strings: false, passwords: [] };

function put(name: string, code: string): string {
  const path = join(folder, name);
  writeFileSync(path, code);
  return path;
}

const format = (id: string) =>
  `export default { formats: [{ id: '${id}', mediaTypes: ['application/x-${id}'], extract() {} }] };`;

test('a file: URL names the file that its path does', () => {
  const path = put('a.mjs', format('a'));
  const url = pathToFileURL(path).href;
  expect(findPlugin(url)).toEqual({ ...findPlugin(path), name: url });
});

test('other URLs are refused', () => {
  const load = () => findPlugin('https://plugins.example/a.mjs');
  expect(load).toThrow(
    expect.objectContaining({
      code: 'usage',
      message: expect.stringContaining('must be a path or a file: URL'),
    }),
  );
});

test('a file that changed since it was found is refused, and loaded anew when it is found again', async () => {
  const path = put('changing.mjs', format('before'));
  const before = findPlugin(path);
  expect((await loadPlugin(before)).formats?.[0]?.id).toBe('before');
  put('changing.mjs', format('after'));
  await expect(loadPlugin(before)).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining('has changed'),
  });
  expect((await loadPlugin(findPlugin(path))).formats?.[0]?.id).toBe('after');
});

test('readers of two runs share nothing', async () => {
  const plugins = [findPlugin(put('b.mjs', format('b')))];
  const [withPlugin, without] = [await openReaders(plugins), await openReaders([])];
  expect(withPlugin.formats.formatFor('application/x-b', OPTIONS)?.id).toBe('b');
  expect(without.formats.formatFor('application/x-b', OPTIONS)).toBeUndefined();
});

test('two plug-ins that claim the same type are refused, the second by name', async () => {
  const plugins = [put('c.mjs', format('c')), put('d.mjs', format('c'))].map(findPlugin);
  await expect(openReaders(plugins)).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringMatching(/^plug-in .*d\.mjs: two formats have the id c$/),
  });
});
