/** Decodes the code pages that Office identifies by number. Unknown ones are read as Windows-1252. */
import iconv from 'iconv-lite';

const NAMES: Record<number, string> = {
  0: 'win1252',
  932: 'shiftjis',
  936: 'gbk',
  949: 'cp949',
  950: 'big5',
  1200: 'utf16le',
  1361: 'cp949',
  10000: 'macroman',
  10001: 'shiftjis',
  10006: 'macgreek',
  10007: 'maccyrillic',
  10029: 'maccenteuro',
  10081: 'macturkish',
  20127: 'win1252',
  20866: 'koi8-r',
  21866: 'koi8-u',
  54936: 'gb18030',
  65000: 'utf7',
  65001: 'utf8',
};

export function decodeCodePage(bytes: Buffer, page: number): string {
  const name = NAMES[page] ?? (page >= 28591 && page <= 28606 ? `iso-8859-${page - 28590}` : `cp${page}`);
  return iconv.decode(bytes, iconv.encodingExists(name) ? name : 'win1252');
}

/** The ANSI code page of a Windows language id. */
export function codePageOfLanguage(language: number): number {
  const primary = language & 0x3ff;
  const byPrimary: Record<number, number> = {
    1: 1256, // Arabic
    2: 1251, // Bulgarian
    5: 1250, // Czech
    8: 1253, // Greek
    13: 1255, // Hebrew
    14: 1250, // Hungarian
    17: 932, // Japanese
    18: 949, // Korean
    21: 1250, // Polish
    24: 1250, // Romanian
    25: 1251, // Russian
    27: 1250, // Slovak
    30: 874, // Thai
    31: 1254, // Turkish
    34: 1251, // Ukrainian
    35: 1251, // Belarusian
    36: 1250, // Slovenian
    37: 1257, // Estonian
    38: 1257, // Latvian
    39: 1257, // Lithuanian
    41: 1256, // Persian
    42: 1258, // Vietnamese
  };
  if (primary === 0x04) return language === 0x0804 || language === 0x1004 ? 936 : 950;
  if (primary === 0x1a) return language === 0x0c1a ? 1251 : 1250;
  return byPrimary[primary] ?? 1252;
}
