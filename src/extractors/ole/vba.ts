/**
 * The source of VBA macros, read from the module streams of an OLE project (nothing is run). A module's compressed
 * source starts with `Attribute`; compiled code precedes it. Input: bytes; output: text.
 */
const MARK = Buffer.from('\0Attribut', 'latin1');
const CHUNK_BYTES = 4096;
const MAX_SOURCE_BYTES = 64 * 1024 * 1024;

/** The macro source in a stream, or undefined without one. */
export function vbaSource(stream: Buffer): Buffer | undefined {
  // A signature byte and a chunk header precede the first flag byte, which is zero.
  const at = stream.indexOf(MARK) - 3;
  if (at < 0 || stream[at] !== 1) return undefined;
  return decompress(stream.subarray(at + 1));
}

function decompress(bytes: Buffer): Buffer {
  const chunks: Buffer[] = [];
  let total = 0;
  for (let at = 0; at + 2 < bytes.length && total < MAX_SOURCE_BYTES; ) {
    const header = bytes.readUInt16LE(at);
    const size = (header & 0xfff) + 3;
    const data = bytes.subarray(at + 2, at + size);
    const chunk = header & 0x8000 ? expand(data) : data;
    chunks.push(chunk);
    total += chunk.length;
    at += size;
  }
  return Buffer.concat(chunks);
}

/** One chunk: flag bytes, each followed by eight literals or back references. */
function expand(data: Buffer): Buffer {
  const out = Buffer.alloc(CHUNK_BYTES);
  let length = 0;
  for (let at = 0; at < data.length && length < CHUNK_BYTES; ) {
    const flags = data[at++] as number;
    for (let bit = 0; bit < 8 && at < data.length && length < CHUNK_BYTES; bit++) {
      if ((flags & (1 << bit)) === 0) {
        out[length++] = data[at++] as number;
        continue;
      }
      if (at + 2 > data.length) return out.subarray(0, length);
      const token = data.readUInt16LE(at);
      at += 2;
      const offsetBits = Math.max(4, Math.ceil(Math.log2(length || 1)));
      const offset = (token >> (16 - offsetBits)) + 1;
      const count = Math.min((token & (0xffff >> offsetBits)) + 3, CHUNK_BYTES - length);
      if (offset > length) return out.subarray(0, length);
      for (let i = 0; i < count; i++, length++) out[length] = out[length - offset] as number;
    }
  }
  return out.subarray(0, length);
}
