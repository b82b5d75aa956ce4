/**
 * Folds words for comparison: lower case, no accents, no ligatures. Headers, gazetteers and person names use the same
 * function, so that they agree. Accepts any string and never throws; the length can change.
 */
const MARKS = /\p{M}+/gu;
const LIGATURE = /[ßæœøłđðþıŒÆØŁĐ]/gu;
const LIGATURES: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};
const NOT_ASCII = /[^\0-\x7f]/;
/** Folded forms of U+00C0 to U+017F, which hold nearly all accented letters of the six languages. */
const LATIN: readonly string[] = Array.from({ length: 0x180 - 0xc0 }, (_, i) =>
  foldSlowly(String.fromCharCode(0xc0 + i)),
);

/** Lower case without accents: `Élodie` → `elodie`, `Œuvré` → `oeuvre`. Punctuation and spaces stay. */
export function foldText(text: string): string {
  if (!NOT_ASCII.test(text)) return text.toLowerCase();
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) out += text[i];
    else if (code >= 0xc0 && code < 0x180) out += LATIN[code - 0xc0];
    // Combining marks, and all other scripts.
    else return foldSlowly(text);
  }
  return out.toLowerCase();
}

function foldSlowly(text: string): string {
  return text
    .normalize('NFKD')
    .replace(MARKS, '')
    .toLowerCase()
    .replace(LIGATURE, (c) => LIGATURES[c] ?? c);
}
