/**
 * The fast check of a word that may lead to a name, on bytes: the neighbours of nine in ten first names and titles in
 * code and prose rule out a name before any text is decoded. Input: the bytes and the word's position; output: false
 * only if names.ts finds nothing. Undecided where ASCII does not suffice: then true.
 */

const flags = (characters: string) =>
  Uint8Array.from({ length: 256 }, (_, i) => Number(marks(characters, i)));
const marks = (characters: string, code: number) =>
  code < 128 && characters.includes(String.fromCharCode(code));

/** Characters that join a word to an identifier, address or path, as in names.ts. */
const JOINS_BEHIND = flags('_@/\\(=[{<$');
const JOINS_BEFORE = flags('_@/\\#$=<&+~');
/** Characters within a word, after which names.ts reads on. */
const JOINERS = flags("'-");
/** Lower-case letters that begin a particle. */
const PARTICLE_STARTS = flags('abdeltvz');

const SPACE = 0x20;
const COMMA = 0x2c;
const DASH = 0x2d;
const STOP = 0x2e;

/** False if no name can surround the word [start, end): a title in any case, or a first name. */
export function mayLeadToName(bytes: Uint8Array, start: number, end: number, isTitle: boolean): boolean {
  const next = bytes[end] ?? 0;
  if (JOINS_BEHIND[next] === 1) return false;
  const behind = bytes[end + 1] ?? 0;
  const isGoingOn = isWordByte(behind) || behind >= 0x80;
  if (next === STOP && isWordByte(behind)) return false;
  if (next >= 0x80 || (JOINERS[next] === 1 && isGoingOn)) return true;
  const before = start > 0 ? (bytes[start - 1] as number) : 0;
  // `ssa` and `ra` end a title (`prof.ssa`); any other word joined on the left is no name.
  if (JOINS_BEFORE[before] === 1 && end - start > 3) return false;
  if (isTitle && isFollowed(bytes, end)) return true;
  // Capitalised titles can also be names: `Earl`, `Dean`.
  const first = bytes[start] as number;
  if (!isCapital(first) && first < 0x80) return false;
  if (before === SPACE || before === DASH || before >= 0x80) return true;
  return next === COMMA || (next === SPACE && isGoingOn);
}

/** After a title: one or two spaces, then a capital or a particle. */
function isFollowed(bytes: Uint8Array, end: number): boolean {
  let at = bytes[end] === STOP ? end + 1 : end;
  const from = at;
  while (at - from < 2 && bytes[at] === SPACE) at++;
  const code = bytes[at] ?? 0;
  if (code >= 0x80) return true;
  return at > from && (isCapital(code) || PARTICLE_STARTS[code] === 1);
}

function isCapital(code: number): boolean {
  return code >= 0x41 && code <= 0x5a;
}

/** An ASCII letter or digit. */
function isWordByte(code: number): boolean {
  const lower = code | 0x20;
  return (code >= 0x30 && code <= 0x39) || (lower >= 0x61 && lower <= 0x7a);
}

/** The most bytes between a rank and its name or number: `gardien de la paix Mme`, `(ID #7712)`. */
const RANK_REACH = 48;
/** A full stop this close to a rank belongs to its abbreviation; a later one ends the sentence. */
const STOP_REACH = 8;
/** Bytes before a rank that hold a word or two. */
const LEAD_REACH = 28;
const CR_LF = new Set([0x0a, 0x0d]);

/**
 * False if a rank word has no name or number near it: no capital or digit follows soon, and no comma, bracket, dash,
 * colon or line break precedes. True before a non-ASCII letter.
 */
export function mayStandByName(bytes: Uint8Array, start: number, end: number): boolean {
  const next = bytes[end] ?? 0;
  // `officers`, `col_2`, `major.minor` are no ranks; `PC1234` and `brigadier-chef` are.
  if (next === 0x5f || next === 0x40 || next === 0x3d) return false;
  if (isLed(bytes, start)) return true;
  const to = Math.min(bytes.length, end + RANK_REACH);
  for (let at = end; at < to; at++) {
    const code = bytes[at] as number;
    if (code === STOP && at > end + STOP_REACH) return false;
    if (isCapital(code) || (code >= 0x30 && code <= 0x39) || code === 0xc3) return true;
  }
  return false;
}

/** A comma, bracket, dash, colon or line break precedes by a word or two. */
function isLed(bytes: Uint8Array, start: number): boolean {
  for (let at = start - 1; at >= 0 && at > start - LEAD_REACH; at--) {
    const code = bytes[at] as number;
    if (code === COMMA || code === 0x28 || code === 0x3a || code === DASH || CR_LF.has(code) || code >= 0x80)
      return true;
    if (code === STOP) return false;
  }
  return false;
}
