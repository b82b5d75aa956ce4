/**
 * Decompresses Outlook's RTF ([MS-OXRTFCP]). Input: the bytes of the property; output: the RTF, up to any damage.
 * Bounded by the input: one reference yields at most 17 bytes.
 */
const DICTIONARY = Buffer.from(
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript ' +
    '\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par ' +
    '\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx',
  'latin1',
);
const HEADER_BYTES = 16;
const COMPRESSED = 0x75465a4c;
const UNCOMPRESSED = 0x414c454d;
const WINDOW = 4096;

/** Undefined for input that is no compressed RTF. */
export function decompressRtf(input: Buffer): Buffer | undefined {
  if (input.length <= HEADER_BYTES) return undefined;
  const kind = input.readUInt32LE(8);
  if (kind === UNCOMPRESSED) return input.subarray(HEADER_BYTES);
  return kind === COMPRESSED ? inflate(input) : undefined;
}

function inflate(input: Buffer): Buffer {
  const window = Buffer.alloc(WINDOW);
  DICTIONARY.copy(window);
  const out = Buffer.allocUnsafe(input.length * 9);
  let end = DICTIONARY.length;
  let to = 0;
  const put = (byte: number) => {
    window[end] = byte;
    end = (end + 1) % WINDOW;
    out[to++] = byte;
  };
  for (let at = HEADER_BYTES; at < input.length; ) {
    const flags = input[at++] as number;
    for (let bit = 0; bit < 8 && at < input.length; bit++) {
      if ((flags & (1 << bit)) === 0) {
        put(input[at++] as number);
        continue;
      }
      if (at + 1 >= input.length) return out.subarray(0, to);
      const token = input.readUInt16BE(at);
      at += 2;
      const from = token >> 4;
      if (from === end) return out.subarray(0, to);
      for (let i = 0; i < (token & 15) + 2; i++) put(window[(from + i) % WINDOW] as number);
    }
  }
  return out.subarray(0, to);
}
