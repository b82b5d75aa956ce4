/**
 * Guesses a key some pages after those seen, to split a listing there. Keys are read as numbers in a mixed radix: the
 * digits of a position are the characters seen there, extended to their class (a digit represents 0-9). A bad guess
 * costs one request and never loses a key. Measured against the SDK's paginator in
 * docs/decisions/031-split-listings.md.
 */

/** Positions considered after the first difference: six decimal digits span a million keys. */
const DEPTH = 6;
const SAMPLES = 32;
const CLASSES = [
  '0123456789',
  '0123456789abcdef',
  '0123456789ABCDEF',
  'abcdefghijklmnopqrstuvwxyz',
  'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
];

/** A key about `pages` times the span of `keys` (sorted) after the last, or undefined. */
export function guessAhead(keys: readonly string[], pages: number): string | undefined {
  const first = keys[0];
  const last = keys[keys.length - 1];
  if (first === undefined || last === undefined || first === last) return undefined;
  const width = commonLength(first, last) + DEPTH;
  const radices = alphabets(keys, width);
  const end = numberOf(last, radices);
  const target = end + (end - numberOf(first, radices)) * BigInt(pages);
  const guess = keyOf(target, radices);
  return guess === undefined || guess <= last ? undefined : guess;
}

function commonLength(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at;
}

function alphabets(keys: readonly string[], width: number): string[] {
  const step = Math.max(1, Math.floor(keys.length / SAMPLES));
  const sample = keys.filter((_key, i) => i % step === 0);
  return Array.from({ length: width }, (_none, at) => complete(sample.map((key) => key[at] ?? '')));
}

function complete(characters: readonly string[]): string {
  const seen = new Set(characters.filter((ch) => /^[ -~]$/.test(ch)));
  const whole = CLASSES.find((known) => [...seen].every((ch) => known.includes(ch)));
  if (seen.size > 0 && whole !== undefined) return whole;
  for (const known of CLASSES) {
    if ([...seen].some((ch) => known.includes(ch)) && known.length !== 16)
      for (const ch of known) seen.add(ch);
  }
  return [...seen].sort().join('');
}

function numberOf(key: string, radices: readonly string[]): bigint {
  let value = 0n;
  for (const [at, alphabet] of radices.entries()) {
    const digit = [...alphabet].filter((ch) => ch < (key[at] ?? '')).length;
    value =
      value * BigInt(Math.max(1, alphabet.length)) +
      BigInt(Math.min(digit, Math.max(0, alphabet.length - 1)));
  }
  return value;
}

/** Undefined if the number does not fit: the guess is past every key of this shape. */
function keyOf(value: bigint, radices: readonly string[]): string | undefined {
  let rest = value;
  let key = '';
  for (const alphabet of radices.toReversed()) {
    const radix = BigInt(Math.max(1, alphabet.length));
    key = (alphabet[Number(rest % radix)] ?? '') + key;
    rest /= radix;
  }
  return rest === 0n ? key : undefined;
}
