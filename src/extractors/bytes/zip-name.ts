/** Decodes member names: by the UTF-8 flag, the Unicode path field, or the most likely legacy code page. */
import { isUtf8 } from 'node:buffer';
import { crc32 } from 'node:zlib';
import iconv from 'iconv-lite';

const UTF8_FLAG = 0x800;
const UNICODE_PATH = 0x7075;
/** The code pages of DOS, Windows and old Unix zip programs; the first wins a tie. */
const CODE_PAGES = ['cp437', 'cp866', 'windows-1252', 'windows-1251'] as const;

/** The value of one extra field. */
export function extraField(extra: Buffer, id: number): Buffer | undefined {
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === id) return extra.subarray(at + 4, at + 4 + length);
    at += 4 + length;
  }
  return undefined;
}

/** A readable name with `/` between folders. Still hostile: never a local path. */
export function decodeName(raw: Buffer, flags: number, extra: Buffer): string {
  return decodeRaw(raw, flags, extra).replaceAll('\\', '/');
}

function decodeRaw(raw: Buffer, flags: number, extra: Buffer): string {
  if ((flags & UTF8_FLAG) !== 0) return raw.toString('utf8');
  const unicode = extraField(extra, UNICODE_PATH);
  if (unicode && unicode.length > 5 && unicode[0] === 1 && unicode.readUInt32LE(1) === crc32(raw)) {
    return unicode.toString('utf8', 5);
  }
  return decodeUnlabelled(raw);
}

/** Bytes of an unknown charset: UTF-8 if valid, otherwise the most readable code page. */
export function decodeUnlabelled(raw: Buffer): string {
  if (isUtf8(raw)) return raw.toString('utf8');
  let best = '';
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const codePage of CODE_PAGES) {
    const text = iconv.decode(raw, codePage);
    const score = readability(text);
    if (score > bestScore) {
      best = text;
      bestScore = score;
    }
  }
  return best;
}

/** What a character adds to the readability of a text. Set by hand, held by the tests of names. */
const SCORE = {
  accentInWord: 2,
  accent: 1,
  otherLatin: 0.5,
  cyrillicInWord: 2,
  capitalInWord: -0.5,
  loneCyrillic: -1,
  symbol: -2,
} as const;

/**
 * Rates how readable a text is: adjacent letters of one script raise it; lone Cyrillic, symbols and box drawing lower
 * it.
 */
function readability(text: string): number {
  let score = 0;
  for (let i = 0; i < text.length; i++) {
    const ch = text[i] as string;
    if (ch < '\x80') continue;
    const pair = `${text[i - 1] ?? ''}${text[i + 1] ?? ''}`;
    if (/[éèêëàâçîïôùûüäöñßÉÈÀÇÄÖÜ]/.test(ch))
      score += /[A-Za-zÀ-ɏ]/.test(pair) ? SCORE.accentInWord : SCORE.accent;
    else if (/\p{Script=Latin}/u.test(ch)) score += SCORE.otherLatin;
    else if (/\p{Script=Cyrillic}/u.test(ch)) score += cyrillic(ch, text[i - 1] ?? '', pair);
    else score += SCORE.symbol;
  }
  return score;
}

function cyrillic(ch: string, before: string, pair: string): number {
  if (!/\p{Script=Cyrillic}/u.test(pair)) return SCORE.loneCyrillic;
  // A capital inside a word suggests the wrong code page.
  return /\p{Lu}/u.test(ch) && /\p{Ll}/u.test(before) ? SCORE.capitalInWord : SCORE.cyrillicInWord;
}
