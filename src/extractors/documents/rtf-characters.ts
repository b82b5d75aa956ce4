/** The characters and code pages that RTF refers to by word or number. */

/** Code pages by `\\fcharset`. */
export const CHARSETS: Record<number, number> = {
  0: 1252,
  2: 1252,
  77: 10000,
  128: 932,
  129: 949,
  130: 1361,
  134: 936,
  136: 950,
  161: 1253,
  162: 1254,
  163: 1258,
  177: 1255,
  178: 1256,
  186: 1257,
  204: 1251,
  222: 874,
  238: 1250,
  254: 437,
  255: 850,
};
/** Code pages by the control word that sets the document's. */
export const DOCUMENT_PAGES: Record<string, number> = { mac: 10000, pc: 437, pca: 850 };
/** Control words and symbols that represent characters. */
export const CHARACTERS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    tab: '\t',
    line: '\n',
    softline: '\n',
    emdash: '—',
    endash: '–',
    bullet: '•',
    lquote: '‘',
    rquote: '’',
    ldblquote: '“',
    rdblquote: '”',
    emspace: ' ',
    enspace: ' ',
    qmspace: ' ',
    nestcell: '\t',
    nestrow: '\n',
    '~': '\u00a0',
    _: '-',
    '\\': '\\',
    '{': '{',
    '}': '}',
  }),
);
