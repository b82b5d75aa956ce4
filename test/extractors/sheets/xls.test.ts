import { createRequire } from 'node:module';
import type { WorkBook } from '@e965/xlsx';
import { describe, expect, test } from 'vitest';
import { xls } from '../../../src/extractors/sheets/xls.js';
import { xlsb } from '../../../src/extractors/sheets/xlsb.js';
import { allText, collect } from '../collect.js';

const sheetjs = createRequire(import.meta.url)('@e965/xlsx') as typeof import('@e965/xlsx');

function book(): WorkBook {
  const shown = sheetjs.utils.aoa_to_sheet([
    ['Name', 'Phone', 'Born'],
    ['Zoe Exemple', 639981234, 31245],
  ]);
  Object.assign(shown.B2, { z: '0# ## ## ## ##' });
  Object.assign(shown.C2, { z: 'm/d/yy' });
  Object.assign(shown.A2, { c: [{ a: 'Author', t: 'a comment secret' }] });
  shown['!cols'] = [{}, { hidden: true }];
  const hidden = sheetjs.utils.aoa_to_sheet([['in hidden sheet']]);
  const very = sheetjs.utils.aoa_to_sheet([['in very hidden']]);
  return {
    SheetNames: ['Liste', 'Hid', 'Very'],
    Sheets: { Liste: shown, Hid: hidden, Very: very },
    Workbook: { Sheets: [{ Hidden: 0 }, { Hidden: 1 }, { Hidden: 2 }] },
    Props: { Author: 'Property Author' },
  };
}

const bytesOf = (bookType: 'biff8' | 'biff5' | 'xlsb') =>
  Buffer.from(sheetjs.write(book(), { type: 'buffer', bookType }) as Uint8Array);

describe.each([
  ['biff8', xls],
  ['biff5', xls],
  ['xlsb', xlsb],
] as const)('%s', (bookType, extractor) => {
  test('gives cells as shown, hidden sheets, columns, comments and properties flagged', async () => {
    const out = await collect(extractor, bytesOf(bookType));
    expect(out.error).toBeUndefined();
    expect(out.partial).toEqual([]);
    expect(out.tables.map((t) => [t.options.sheet, t.options.hidden])).toEqual([
      ['Liste', undefined],
      ['Hid', 'hidden-sheet'],
      ['Very', 'very-hidden-sheet'],
    ]);
    const row = out.tables[0]?.rows[1];
    expect(row?.row).toBe(2);
    expect(row?.cells.map((c) => [c.text, c.raw, c.column])).toEqual([
      ['Zoe Exemple', undefined, 1],
      ['06 39 98 12 34', '639981234', 2],
      ['17/07/1985', '1985-07-17', 3],
    ]);
    // SheetJS does not write column widths to BIFF5.
    if (bookType !== 'biff5') expect(row?.cells[1]?.hidden).toBe('hidden-column');
    const comment = out.texts.filter((t) => t.text.includes('a comment secret'));
    expect(comment.map((t) => [t.place.hidden, t.place.sheet])).toEqual([['comment', 'Liste']]);
    if (bookType === 'xlsb') {
      const author = out.texts.filter((t) => t.text.includes('Property Author'));
      expect(author.map((t) => t.place.hidden)).toContain('metadata');
    }
  });

  test('ends with a code on broken bytes, never on the console', async () => {
    const whole = bytesOf(bookType);
    for (const cut of [0.3, 0.6, 0.9]) {
      const out = await collect(extractor, whole.subarray(0, Math.floor(whole.length * cut)));
      expect(out.error !== undefined || out.partial.length > 0 || allText(out).includes('Zoe')).toBe(true);
    }
  });
});

describe('encrypted xls', () => {
  test('is opened with a password given, else told', async () => {
    const plain = bytesOf('biff8');
    expect((await collect(xls, plain)).error).toBeUndefined();
    const filePass = withFilePass(plain);
    expect((await collect(xls, filePass)).error).toMatchObject({ code: 'encrypted' });
  });
});

/** The same file with its second record turned into a FilePass record, which no password opens. */
function withFilePass(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const begin = copy.indexOf(Buffer.from('09081000', 'hex'));
  const second = begin + 4 + copy.readUInt16LE(begin + 2);
  copy.writeUInt16LE(0x2f, second);
  return copy;
}
