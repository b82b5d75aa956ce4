/** `leaksift formats`: every reader with what does the reading, and the Debian programs found or missing. */
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FORMATS } from '../../src/extractors/index.js';
import { leaksift } from './cli.js';

type Format = {
  readonly format: string;
  readonly mediaTypes: readonly string[];
  readonly readBy: string;
  readonly tools: readonly { readonly name: string; readonly found: boolean; readonly usedFor: string }[];
};

const hasTesseract = ['/usr/local/bin', '/usr/bin', '/bin'].some((folder) =>
  existsSync(`${folder}/tesseract`),
);

test('one JSON object a line: all readers, and what they read', async () => {
  const { status, stdout, stderr } = await leaksift(['formats', '--json']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const formats = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Format);
  expect(formats.map(({ format }) => format)).toEqual(FORMATS.map(({ id }) => id));
  const byName = new Map(formats.map((format) => [format.format, format]));
  expect(byName.get('zip')).toMatchObject({ container: true });
  expect(byName.get('pdf')?.mediaTypes).toEqual(['application/pdf']);
  for (const { readBy } of formats) expect(readBy).not.toBe('');
  for (const format of ['pdf', 'image']) {
    expect(byName.get(format)?.tools).toMatchObject([{ name: 'tesseract', found: hasTesseract }]);
  }
});

test('as a table for people, who are told what is missing', async () => {
  const { status, stdout } = await leaksift(['formats']);
  expect(status).toBe(0);
  for (const { id } of FORMATS) expect(stdout).toMatch(new RegExp(`^${id} +\\S`, 'm'));
  expect(stdout).toMatch(hasTesseract ? /tesseract \d.*: OCR/ : /tesseract not found: OCR/);
});
