/**
 * Content-Transfer-Encodings as chunk decoders. Input: the bytes of a message; output: the bytes of the part. Damage
 * never stops them: invalid characters in base64 are skipped, broken escapes stay as written.
 */
export interface TransferDecoder {
  write(bytes: Buffer): Buffer;
  end(): Buffer;
}

const NOTHING = Buffer.alloc(0);
const AS_IS: () => TransferDecoder = () => ({ write: (bytes) => bytes, end: () => NOTHING });

/** The decoder for a declared Content-Transfer-Encoding. */
export function transferDecoder(encoding: string): TransferDecoder {
  const name = encoding.trim().toLowerCase();
  if (name === 'base64') return new Base64Decoder();
  if (name === 'quoted-printable') return new QuotedPrintableDecoder();
  if (/^(?:x-)?uu(?:encode|e)?$/.test(name)) return new UuDecoder();
  return AS_IS();
}

/** Sextet of each byte of both alphabets, 64 for bytes to skip. */
const SEXTETS = new Uint8Array(256).fill(64);
for (const [i, c] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries()) {
  SEXTETS[c.charCodeAt(0)] = i;
}
SEXTETS[0x2d] = 62;
SEXTETS[0x5f] = 63;

/** Continues after padding, since some mailers encode piece by piece. */
export class Base64Decoder implements TransferDecoder {
  #bits = 0;
  #count = 0;

  write(bytes: Buffer): Buffer {
    const out = Buffer.allocUnsafe(((bytes.length * 3) >> 2) + 3);
    let to = 0;
    let bits = this.#bits;
    let count = this.#count;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] as number;
      const sextet = SEXTETS[byte] as number;
      if (sextet < 64) {
        bits = ((bits << 6) | sextet) & 0xffffff;
        count += 1;
        if (count < 4) continue;
        out[to++] = bits >> 16;
        out[to++] = bits >> 8;
        out[to++] = bits;
        count = 0;
      } else if (byte === 0x3d && count > 0) {
        to += partial(out, to, { bits, count });
        count = 0;
      }
    }
    this.#bits = bits;
    this.#count = count;
    return out.subarray(0, to);
  }

  end(): Buffer {
    const out = Buffer.alloc(2);
    return out.subarray(0, partial(out, 0, { bits: this.#bits, count: this.#count }));
  }
}

/** Writes the whole bytes of an unfinished group of four; returns how many. */
function partial(out: Buffer, to: number, group: { bits: number; count: number }): number {
  const { bits, count } = group;
  if (count === 2) out[to] = bits >> 4;
  if (count === 3) out.writeUInt16BE((bits >> 2) & 0xffff, to);
  return Math.max(0, count - 1);
}

/** Holds back a line's trailing blanks and an unfinished escape. */
export class QuotedPrintableDecoder implements TransferDecoder {
  #held = NOTHING;

  write(chunk: Buffer): Buffer {
    const bytes = this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk;
    const safe = safeLength(bytes);
    this.#held = Buffer.from(bytes.subarray(safe));
    return decodeQuoted(bytes.subarray(0, safe));
  }

  end(): Buffer {
    return decodeQuoted(this.#held);
  }
}

/** The longest run of blanks that is searched for a soft break after it. */
const MAX_BLANKS = 200;

/** The number of bytes that can be decoded without the next ones. */
function safeLength(bytes: Buffer): number {
  const mark = bytes.lastIndexOf(0x3d);
  const length = bytes.length - mark - 1;
  if (mark < 0 || length > MAX_BLANKS) return bytes.length;
  const tail = bytes.toString('latin1', mark + 1);
  return /^(?:[\da-f]?|[ \t]*\r?)$/i.test(tail) ? mark : bytes.length;
}

function decodeQuoted(bytes: Buffer): Buffer {
  let mark = bytes.indexOf(0x3d);
  if (mark < 0) return bytes;
  const out = Buffer.allocUnsafe(bytes.length);
  let to = 0;
  let from = 0;
  for (; mark >= 0; mark = bytes.indexOf(0x3d, from)) {
    to += bytes.copy(out, to, from, mark);
    const value = hexByte(bytes, mark + 1);
    const soft = value < 0 ? softBreak(bytes, mark + 1) : 0;
    if (value >= 0) {
      out[to++] = value;
      from = mark + 3;
    } else if (soft > 0) from = soft;
    else {
      out[to++] = 0x3d;
      from = mark + 1;
    }
  }
  to += bytes.copy(out, to, from);
  return out.subarray(0, to);
}

function hexByte(bytes: Buffer, at: number): number {
  const high = hexDigit(bytes[at] ?? 0);
  const low = hexDigit(bytes[at + 1] ?? 0);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** The offset after a soft line break whose `=` precedes `at`; 0 if it is none. */
function softBreak(bytes: Buffer, at: number): number {
  let i = at;
  while (i < bytes.length && i - at < MAX_BLANKS && (bytes[i] === 0x20 || bytes[i] === 0x09)) i++;
  if (i >= bytes.length) return i;
  if (bytes[i] === 0x0d) i++;
  return i >= bytes.length || bytes[i] === 0x0a ? Math.min(i + 1, bytes.length) : 0;
}

/** Lines between `begin` and `end`; the lines around them are dropped only if they are such lines. */
export class UuDecoder implements TransferDecoder {
  #held = NOTHING;

  write(chunk: Buffer): Buffer {
    const bytes = Buffer.concat([this.#held, chunk]);
    const end = bytes.lastIndexOf(0x0a) + 1;
    this.#held = bytes.length - end > 4096 ? NOTHING : Buffer.from(bytes.subarray(end));
    return this.#lines(bytes.toString('latin1', 0, end));
  }

  end(): Buffer {
    return this.#lines(this.#held.toString('latin1'));
  }

  #lines(text: string): Buffer {
    const out: Buffer[] = [];
    for (const line of text.split(/\r?\n/)) {
      if (!/^(?:begin(?:-base64)? \d|end$)/.test(line)) out.push(uuLine(line));
    }
    return Buffer.concat(out);
  }
}

/** The bytes of one uuencoded line. */
export function uuLine(line: string): Buffer {
  const length = (line.charCodeAt(0) - 0x20) & 0x3f;
  const out = Buffer.alloc(Math.ceil(length / 3) * 3);
  for (let i = 0, at = 1; i < length; i += 3, at += 4) {
    let bits = 0;
    for (let k = 0; k < 4; k++) bits = (bits << 6) | (((line.charCodeAt(at + k) || 0x20) - 0x20) & 0x3f);
    out.writeUIntBE(bits, i, 3);
  }
  return out.subarray(0, length);
}
