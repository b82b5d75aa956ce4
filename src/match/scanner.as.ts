/**
 * One SIMD pass over UTF-8 bytes that finds where rules could match at all (AssemblyScript, compiled to
 * dist/match/scanner.wasm). Input: a byte range in linear memory, a table of word hashes; output: word hits and
 * clusters of digits as 16-byte entries [payload, start, end, count], payload 0 for a cluster. A word is a maximal
 * run of letters: ASCII letters and multi-byte characters except those led by C2 or E2 (no-break space, quotes,
 * dashes). Hashes fold ASCII and À-Þ to lower case.
 */

/** Digits further apart than this many bytes are in separate clusters. Keep equal to CLUSTER_GAP in prefilter. */
const CLUSTER_GAP: i32 = 4;
const MAX_WORD: i32 = 40;

let firstBytes: usize = 0;
/** One bit for each hash of the table, by its top 18 bits: 32 KiB, which stay in the cache. */
let bits: usize = 0;
let table: usize = 0;
let tableMask: u32 = 0;
let clusterStart: i32 = -1;
let clusterLast: i32 = -100;
let clusterCount: i32 = 0;
let out: usize = 0;
let outEnd: usize = 0;

/**
 * Sets the addresses of the tables: 64 KiB indexed by a word's first two bytes, each with bit 5 set (1: begins a word
 * that counts in any case, 2: one that counts only with a capital), the bits, and the hash table.
 */
export function configure(firstPtr: usize, bitsPtr: usize, tablePtr: usize, mask: u32): void {
  firstBytes = firstPtr;
  bits = bitsPtr;
  table = tablePtr;
  tableMask = mask;
}

/** Newlines in [from, to). */
export function lines(from: i32, to: i32): i32 {
  let count = 0;
  let i = from;
  const v10 = i8x16.splat(10);
  for (; i + 16 <= to; i += 16) count += popcnt<i32>(i8x16.bitmask(i8x16.eq(v128.load(i), v10)));
  for (; i < to; i++) if (load<u8>(i) == 10) count++;
  return count;
}

/** Characters in [from, to): all bytes except continuation bytes. */
export function characters(from: i32, to: i32): i32 {
  let count = 0;
  let i = from;
  const vc0 = i8x16.splat(<i8>0xc0);
  // Continuation bytes are 80 to BF: as signed numbers, all below C0.
  for (; i + 16 <= to; i += 16) count += 16 - popcnt<i32>(i8x16.bitmask(i8x16.lt_s(v128.load(i), vc0)));
  for (; i < to; i++) if ((load<u8>(i) & 0xc0) != 0x80) count++;
  return count;
}

/** 1 if [from, to) holds an ASCII digit. */
export function hasDigit(from: i32, to: i32): i32 {
  let i = from;
  const v48 = i8x16.splat(48);
  const v10 = i8x16.splat(10);
  for (; i + 16 <= to; i += 16) {
    if (v128.any_true(i8x16.lt_u(i8x16.sub(v128.load(i), v48), v10))) return 1;
  }
  for (; i < to; i++) if (load<u8>(i) - 48 < 10) return 1;
  return 0;
}

// @ts-ignore: decorator
@inline
function isAsciiLetter(b: u32): bool {
  return (b | 32) - 97 < 26;
}

// @ts-ignore: decorator
@inline
function isLead(b: u32): bool {
  return b >= 0xc3 && b != 0xe2;
}

/** FNV-1a over the folded bytes. The same in prefilter.ts (hashWord). */
// @ts-ignore: decorator
@inline
function step(h: u32, b: u32): u32 {
  return (h ^ b) * 0x01000193;
}

// @ts-ignore: decorator
@inline
function emit(payload: u32, start: i32, end: i32, count: i32): void {
  if (out >= outEnd) return;
  store<u32>(out, payload, 0);
  store<i32>(out, start, 4);
  store<i32>(out, end, 8);
  store<i32>(out, count, 12);
  out += 16;
}

/** Spreads a hash over all bits. The same in prefilter.ts. */
// @ts-ignore: decorator
@inline
function mixed(h: u32): u32 {
  return (h ^ (h >> 15)) * 0x9e3779b1;
}

function lookup(hash: u32, at: i32, end: i32, capital: bool): void {
  const h: u32 = hash == 0 ? 1 : hash;
  const bit = mixed(h) >> 14;
  // Nearly all words of a text are not in the table: they end here, without a cache miss.
  if ((load<u8>(bits + <usize>(bit >> 3)) & (1 << (bit & 7))) == 0) return;
  let slot = (h ^ (h >> 15)) & tableMask;
  while (true) {
    const entry = table + (<usize>slot << 3);
    const found = load<u32>(entry);
    if (found == 0) return;
    if (found == h) {
      const payload = load<u32>(entry, 4);
      // The top bit marks words that count only with a capital.
      if (capital || (payload & 0x80000000) == 0) emit(payload & 0x7fffffff, at, end, 0);
      return;
    }
    slot = (slot + 1) & tableMask;
  }
}

function word(at: i32, to: i32, kinds: u32): void {
  let b: u32 = load<u8>(at);
  const capital = b - 65 < 26 || (b == 0xc3 && at + 1 < to && load<u8>(at + 1) < 0x9f);
  if (!capital && (kinds & 1) == 0) return;
  let h: u32 = 0x811c9dc5;
  let i = at;
  const limit = min(to, at + MAX_WORD);
  while (i < limit) {
    b = load<u8>(i);
    if (isAsciiLetter(b)) {
      h = step(h, b | 32);
      i++;
      continue;
    }
    if (!isLead(b)) break;
    // RE2's \b treats a multi-byte letter as a border: what precedes it is a word too.
    if (i > at) lookup(h, at, i, capital);
    h = step(h, b);
    i++;
    let foldable = b == 0xc3;
    while (i < to && (load<u8>(i) & 0xc0) == 0x80) {
      let c: u32 = load<u8>(i);
      if (foldable && c < 0x9f) c |= 32;
      foldable = false;
      h = step(h, c);
      i++;
    }
  }
  if (i < to && (isAsciiLetter(load<u8>(i)) || isLead(load<u8>(i)))) return;
  lookup(h, at, i, capital);
}

// @ts-ignore: decorator
@inline
function digit(at: i32, minDigits: i32): void {
  if (at - clusterLast > CLUSTER_GAP + 1) {
    if (clusterCount >= minDigits) emit(0, clusterStart, clusterLast + 1, clusterCount);
    clusterStart = at;
    clusterCount = 0;
  }
  clusterLast = at;
  clusterCount++;
}

/**
 * Scans [from, to), writes at most (outLimit - outPtr) / 16 entries and returns their number. Words and clusters cut
 * by the ends of the range are reported as they are.
 */
export function scan(from: i32, to: i32, outPtr: usize, outLimit: usize, minDigits: i32): i32 {
  out = outPtr;
  outEnd = outLimit;
  clusterStart = -1;
  clusterLast = -100;
  clusterCount = 0;
  let prevLetter: u32 = 0;
  let i = from;
  const v97 = i8x16.splat(97);
  const v26 = i8x16.splat(26);
  const v32 = i8x16.splat(32);
  const v48 = i8x16.splat(48);
  const v10 = i8x16.splat(10);
  const vc2 = i8x16.splat(<i8>0xc2);
  const ve2 = i8x16.splat(<i8>0xe2);
  for (; i + 16 <= to; i += 16) {
    const v = v128.load(i);
    let digits = <u32>i8x16.bitmask(i8x16.lt_u(i8x16.sub(v, v48), v10));
    const ascii = i8x16.lt_u(i8x16.sub(v128.or(v, v32), v97), v26);
    const lead = v128.andnot(i8x16.gt_u(v, vc2), i8x16.eq(v, ve2));
    const letters = <u32>i8x16.bitmask(v128.or(ascii, lead));
    // A start is a letter whose left neighbour is no ASCII letter, as RE2's \b sees it.
    const asciiMask = <u32>i8x16.bitmask(ascii);
    let starts = letters & ~((asciiMask << 1) | prevLetter);
    while (starts != 0) {
      const k = ctz(starts);
      starts &= starts - 1;
      const at = i + <i32>k;
      // May read one byte past the range: the host keeps linear memory after it.
      const kinds = <u32>load<u8>(firstBytes + <usize>(<u32>load<u16>(at) | 0x2020));
      // A lower-case word that counts only with a capital: most words of prose end here.
      if (kinds == 0 || (kinds == 2 && (<u32>load<u8>(at) - 97) < 26)) continue;
      word(at, to, kinds);
    }
    while (digits != 0) {
      const k = ctz(digits);
      digits &= digits - 1;
      digit(i + <i32>k, minDigits);
    }
    prevLetter = (asciiMask >> 15) & 1;
  }
  for (; i < to; i++) {
    const b: u32 = load<u8>(i);
    if (b - 48 < 10) digit(i, minDigits);
    const letter = isAsciiLetter(b) || isLead(b);
    if (letter && prevLetter == 0) word(i, to, 3);
    prevLetter = isAsciiLetter(b) ? 1 : 0;
  }
  if (clusterCount >= minDigits) emit(0, clusterStart, clusterLast + 1, clusterCount);
  return <i32>((out - outPtr) >> 4);
}
