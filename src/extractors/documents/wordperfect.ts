/**
 * WordPerfect 5 and later, given as a whole: the text between its functions, notes and headers, and for version 6 the
 * text packets before the document. Encrypted files throw `encrypted`; macros, printer files and the like are not
 * read.
 */
import type { ExtractContext, Extractor, PartWriter } from '../../core/content.js';
import { LeaksiftError } from '../../core/errors.js';
import { pushText } from '../bytes/embedded.js';
import { FIVE, SIX, type WpdVersion, wpdSign } from './wordperfect-signs.js';

const MAX_BYTES = 64 << 20;
const HEADER = 16;
const DOCUMENT = 10;
const TEXT_PACKET = 8;
const INDEX_ENTRY = 14;
/** Notes inside notes are not followed further. */
const MAX_DEPTH = 2;

export const wordPerfect: Extractor = {
  async extract(_content, out, context) {
    const bytes = await context.bytes(Math.min(MAX_BYTES, context.budget.limits.maxParseBytes));
    if (bytes.length < HEADER) throw new LeaksiftError('truncated', 'the header is cut');
    const start = bytes.readUInt32LE(4);
    if (bytes.readUInt16LE(12) !== 0) out.skip('encrypted');
    else if (bytes[9] !== DOCUMENT) out.skip('unsupported-type');
    else if (start > bytes.length) throw new LeaksiftError('truncated', 'the document is cut');
    else extractDocument(bytes, start, { out, context });
  },
};

type Target = { readonly out: PartWriter; readonly context: ExtractContext };

function extractDocument(bytes: Buffer, start: number, { out, context }: Target): void {
  const version = bytes[10] === 0 ? FIVE : SIX;
  const reader = new Reader(version, context);
  pushText(out, {}, reader.read(bytes.subarray(Math.max(start, HEADER))));
  const packets = version === SIX ? textPackets(bytes) : [];
  for (const text of [...reader.nested, ...packets.map((packet) => reader.read(packet))]) {
    pushText(out, { part: 'note' }, text);
  }
}

/** Text that the document refers to: headers, notes, boxes. It follows the packet's count and block lengths. */
function textPackets(bytes: Buffer): Buffer[] {
  const packets: Buffer[] = [];
  const index = bytes.readUInt16LE(14);
  if (index < HEADER || index + INDEX_ENTRY > bytes.length) return packets;
  const count = bytes.readUInt16LE(index + 2);
  for (let i = 1; i < count; i++) {
    const at = index + i * INDEX_ENTRY;
    if (at + INDEX_ENTRY > bytes.length) break;
    const size = bytes.readUInt32LE(at + 6);
    const offset = bytes.readUInt32LE(at + 10);
    if (bytes[at + 1] !== TEXT_PACKET || size < 8 || offset + 8 > bytes.length) continue;
    const blocks = bytes.readUInt16LE(offset);
    const text = bytes.subarray(offset + 6 + 4 * blocks, offset + size);
    if (text.length > 0) packets.push(text);
  }
  return packets;
}

class Reader {
  /** Texts inside functions: notes, headers and footers of version 5. */
  readonly nested: string[] = [];

  constructor(
    private readonly version: WpdVersion,
    private readonly context: ExtractContext,
  ) {}

  read(bytes: Buffer, depth = 0): string {
    const parts: string[] = [];
    let run = 0;
    for (let at = 0; at < bytes.length; ) {
      const byte = bytes[at] as number;
      if (byte >= 0x20 && byte < 0x7f) {
        at += 1;
        continue;
      }
      if (run < at) parts.push(bytes.toString('latin1', run, at));
      const length = this.#length(bytes, at);
      parts.push(wpdSign(bytes.subarray(at, at + length), this.version));
      if (length > 1) this.#inside(bytes.subarray(at, at + length), depth);
      at += length;
      run = at;
    }
    parts.push(bytes.toString('latin1', run));
    return parts.join('');
  }

  /** Bytes of the function at `at`. Each ends as it begins; one that does not is a stray byte. */
  #length(bytes: Buffer, at: number): number {
    const { fixedFrom, fixed, variable, lengthCounts } = this.version;
    const byte = bytes[at] as number;
    let size = 1;
    if (byte >= variable[0] && byte <= variable[1]) {
      size = at + 4 <= bytes.length ? bytes.readUInt16LE(at + 2) + lengthCounts : 1;
    } else if (byte >= fixedFrom) size = fixed[byte - fixedFrom] ?? 1;
    return size > 1 && bytes[at + size - 1] === byte ? size : 1;
  }

  #inside(part: Buffer, depth: number): void {
    this.context.budget.check();
    const preface = this.version.nested.get(part[0] as number);
    if (preface === undefined || depth >= MAX_DEPTH || part.length <= preface + 4) return;
    this.nested.push(this.read(part.subarray(preface, -4), depth + 1));
  }
}
