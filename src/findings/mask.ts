/**
 * Masks values for output. Of a value at most its first character and last two are shown, and never more
 * than a quarter of its letters and digits; punctuation stays, so that the shape can be recognised.
 */

const ALNUM = /[\p{L}\p{N}]/u;
const SECRET = new Set(['PASSWORD', 'PASSWORD_HASH']);

export function maskValue(value: string, entity: string): string {
  // Not even the length of a password is its shape's to tell.
  if (SECRET.has(entity)) return '********';
  const characters = [...oneLine(value)];
  const total = characters.filter((c) => ALNUM.test(c)).length;
  const [head, tail] = total >= 12 ? [1, 2] : total >= 8 ? [1, 1] : total >= 4 ? [1, 0] : [0, 0];
  let seen = 0;
  return characters
    .map((c) => {
      if (!ALNUM.test(c)) return c;
      seen += 1;
      return seen <= head || seen > total - tail ? c : '*';
    })
    .join('');
}

/**
 * Masks the text beside a finding: only words of `vocabulary` (context words and header words of the packs,
 * folded) stay; every other letter becomes x and every digit 9.
 */
export function maskContext(text: string, vocabulary: ReadonlySet<string>): string {
  return oneLine(text).replace(/\p{L}+|\p{N}/gu, (token) => {
    if (/\p{N}/u.test(token)) return '9';
    return vocabulary.has(token.toLowerCase()) ? token : 'x'.repeat([...token].length);
  });
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}
