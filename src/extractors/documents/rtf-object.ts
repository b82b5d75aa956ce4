/**
 * Collects the hexadecimal or binary data of one object or picture in RTF, bounded, and removes the OLE 1 wrapping of
 * an object: version, format, class name, topic, item, length, data.
 */
import type { ExtractContext, PartWriter } from '../../core/content.js';
import { pushEmbedded } from '../bytes/embedded.js';
import { pushNative } from '../ole/ole-embedded.js';

const MAX_BYTES = 256 * 1024 * 1024;

export class RtfData {
  isCut = false;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #odd = '';

  hex(bytes: Buffer): void {
    const digits = this.#odd + bytes.toString('latin1').replace(/[^0-9a-fA-F]+/g, '');
    const even = digits.length & ~1;
    this.#odd = digits.slice(even);
    this.add(Buffer.from(digits.slice(0, even), 'hex'));
  }

  add(bytes: Buffer): void {
    this.#bytes += bytes.length;
    if (this.#bytes > MAX_BYTES) this.isCut = true;
    else this.#chunks.push(Buffer.from(bytes));
  }

  all(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

export type RtfMember = {
  readonly kind: 'object' | 'picture';
  readonly number: number;
  readonly data: RtfData;
};

export async function pushRtfMember(
  member: RtfMember,
  out: PartWriter,
  context: ExtractContext,
): Promise<void> {
  const { kind, number, data } = member;
  if (data.isCut) {
    out.partial('limit-memory', kind);
    return;
  }
  const bytes = data.all();
  if (bytes.length === 0) return;
  const name = `${kind}-${number}`;
  const { className, native } = kind === 'object' ? unwrap(bytes) : { className: '', native: bytes };
  if (className === 'package') {
    // Its data lacks the length field at the start of an OLE file's stream.
    await pushNative(Buffer.concat([Buffer.alloc(4), native]), out, context);
  } else await pushEmbedded(out, context, { name, bytes: native, hidden: 'embedded' });
}

function unwrap(bytes: Buffer): { className: string; native: Buffer } {
  const whole = { className: '', native: bytes };
  if (bytes.length < 12 || bytes.readUInt32LE(4) !== 2) return whole;
  let at = 8;
  let className = '';
  for (let i = 0; i < 3; i++) {
    if (at + 4 > bytes.length) return whole;
    const length = bytes.readUInt32LE(at);
    if (length > bytes.length) return whole;
    if (i === 0) className = bytes.toString('latin1', at + 4, at + 4 + Math.max(0, length - 1)).toLowerCase();
    at += 4 + length;
  }
  if (at + 4 > bytes.length) return whole;
  const length = bytes.readUInt32LE(at);
  return { className, native: bytes.subarray(at + 4, at + 4 + length) };
}
