/**
 * Local names as text and back. POSIX names are bytes; bytes that are not UTF-8 become the lone surrogates
 * U+DC80 to U+DCFF (surrogateescape, Python's PEP 383), so that every name has exactly one text form.
 */

/** The bytes of a name in surrogateescape form. */
export function encodePath(path: string): Buffer {
  if (!hasLoneSurrogate(path)) return Buffer.from(path, 'utf8');
  const parts: Buffer[] = [];
  let from = 0;
  for (let i = 0; i < path.length; i++) {
    const unit = path.charCodeAt(i);
    const isPair = unit >= 0xd800 && unit <= 0xdbff && isLow(path.charCodeAt(i + 1));
    if (isPair) i += 1;
    else if (unit >= 0xdc80 && unit <= 0xdcff) {
      parts.push(Buffer.from(path.slice(from, i), 'utf8'), Buffer.of(unit - 0xdc00));
      from = i + 1;
    }
  }
  parts.push(Buffer.from(path.slice(from), 'utf8'));
  return Buffer.concat(parts);
}

function hasLoneSurrogate(text: string): boolean {
  // The first test is far faster, and decides for nearly all names.
  return /[\ud800-\udfff]/.test(text) && /\p{Surrogate}/u.test(text);
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** The argument for fs functions: the text where it is UTF-8 (cheaper), else the bytes. */
export function fsPath(path: string): string | Buffer {
  return hasLoneSurrogate(path) ? encodePath(path) : path;
}

/** The surrogateescape form of bytes. */
export function decodeBytes(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (!text.includes('\ufffd') || Buffer.from(text, 'utf8').equals(bytes)) return text;
  let out = '';
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    out +=
      length > 0 ? bytes.toString('utf8', at, at + length) : String.fromCharCode(0xdc00 + Number(bytes[at]));
    at += Math.max(1, length);
  }
  return out;
}

/** Length of the valid UTF-8 sequence at `at`, or 0. */
function sequenceLength(bytes: Buffer, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  const slice = bytes.subarray(at, at + length);
  // Node's decoder decides on overlong forms, surrogates and cut sequences.
  return Buffer.from(slice.toString('utf8'), 'utf8').equals(slice) ? length : 0;
}

/** A name read with encoding `latin1` (one character a byte) in surrogateescape form. */
export function decodeLatin1(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is "all of ASCII"
  return /^[\x00-\x7f]*$/.test(name) ? name : decodeBytes(Buffer.from(name, 'latin1'));
}

/** Order of two names in surrogateescape form by their bytes. */
export function compareNames(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    // Below the surrogates, UTF-16 and UTF-8 sort alike.
    if (x < 0xd800 && y < 0xd800) return x - y;
    return Buffer.compare(encodePath(a), encodePath(b));
  }
  return a.length - b.length;
}
