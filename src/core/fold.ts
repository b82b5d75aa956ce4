/**
 * Folding of words for comparison: lower case, accents and ligatures gone. Used by headers, gazetteers and
 * person names alike, so that all three agree. Total: any string in, never throws; length may change.
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

/** Lower case without accents: `Élodie` → `elodie`, `Œuvré` → `oeuvre`. Punctuation and spaces stay. */
export function foldText(text: string): string {
  if (!NOT_ASCII.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKD')
    .replace(MARKS, '')
    .toLowerCase()
    .replace(LIGATURE, (c) => LIGATURES[c] ?? c);
}
