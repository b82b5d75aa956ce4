/**
 * Finds the XMP packets of a PDF in its raw bytes (PDFium has no call for them) and returns them as lines of `name:
 * value`. Packets are separate streams, plain or deflated; encrypted ones are not found.
 */
import { inflateSync } from 'node:zlib';
import type { ExtractContext } from '../../core/content.js';
import { ChunkDecoder } from '../bytes/utf8.js';
import { MetadataText } from '../media/metadata-text.js';
import { addPacket } from '../media/xmp.js';
import type { ByteReader } from './pdf-document.js';

const STEP_BYTES = 1024 * 1024;
const MAX_PACKET_BYTES = 4 * 1024 * 1024;
/** Every incremental save can leave one; more than this are noise. */
const MAX_PACKETS = 32;
const MARK = /\/Subtype\s*\/XML\b/g;

export function xmpLines(reader: ByteReader, context: ExtractContext): string {
  const text = new MetadataText();
  // Incremental saves repeat a packet.
  const packets = new Set<string>();
  for (const at of marks(reader, context)) {
    const packet = packetAt(reader, at);
    if (packet) packets.add(decoded(packet));
    if (packets.size >= MAX_PACKETS) break;
  }
  for (const packet of packets) addPacket(packet, text);
  return text.toString().trimEnd();
}

/** Offsets of `/Subtype /XML`, which is in the dictionary of every metadata stream. */
function* marks(reader: ByteReader, context: ExtractContext): Generator<number> {
  const overlap = 64;
  for (let at = 0; at < reader.size; at += STEP_BYTES) {
    context.budget.check();
    const length = Math.min(STEP_BYTES + overlap, reader.size - at);
    const bytes = reader.read(at, length);
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    for (const match of text.matchAll(MARK)) if (match.index < STEP_BYTES) yield at + match.index;
  }
}

function packetAt(reader: ByteReader, at: number): Buffer | undefined {
  const available = Math.min(MAX_PACKET_BYTES, reader.size - at);
  const block = Buffer.from(reader.read(at, available));
  const keyword = block.subarray(0, 4096).indexOf('stream');
  if (keyword < 0) return undefined;
  let start = keyword + 'stream'.length;
  if (block[start] === 0x0d) start += 1;
  if (block[start] === 0x0a) start += 1;
  const end = block.indexOf('endstream', start);
  const data = block.subarray(start, end < 0 ? block.length : end);
  if (data.subarray(0, 1024).includes('<')) return data;
  try {
    return inflateSync(data, { maxOutputLength: MAX_PACKET_BYTES });
  } catch {
    return undefined;
  }
}

function decoded(packet: Buffer): string {
  const decoder = new ChunkDecoder();
  return decoder.write(packet) + decoder.end();
}
