/**
 * Opaque S/MIME (CMS, RFC 5652): distinguishes signed messages, whose content is in clear, from encrypted ones.
 * Input: BER of definite or indefinite lengths; output: the signed content. Never throws.
 */
export type Cms =
  | { readonly kind: 'signed'; readonly content: Buffer }
  | { readonly kind: 'encrypted' | 'unknown' };

const SIGNED = '2a864886f70d010702';
/** Enveloped, digested-and-encrypted, encrypted, authenticated-enveloped data. */
const ENCRYPTED: readonly string[] = [
  '2a864886f70d010703',
  '2a864886f70d010704',
  '2a864886f70d010706',
  '2a864886f70d0109100117',
];

type Element = { readonly tag: number; readonly start: number; readonly end: number; readonly next: number };

const OCTETS = 0x04;
const OCTET_PIECES = 0x24;
const SEQUENCE = 0x30;
const EXPLICIT = 0xa0;
const MAX_DEPTH = 40;
const UNKNOWN = { kind: 'unknown' } as const;

export function readCms(bytes: Buffer): Cms {
  const reader = new BerReader(bytes);
  const outer = reader.at(0);
  if (outer?.tag !== SEQUENCE) return UNKNOWN;
  const [type, wrapped] = reader.children(outer);
  const id = type ? bytes.toString('hex', type.start, type.end) : '';
  if (ENCRYPTED.includes(id)) return { kind: 'encrypted' };
  if (id !== SIGNED || wrapped?.tag !== EXPLICIT) return UNKNOWN;
  const signed = reader.at(wrapped.start);
  // Version, digest algorithms, then the content.
  const inner = signed && reader.children(signed)[2];
  const explicit = inner && reader.children(inner)[1];
  const octets = explicit?.tag === EXPLICIT ? reader.at(explicit.start) : undefined;
  return octets ? { kind: 'signed', content: reader.octets(octets) } : UNKNOWN;
}

class BerReader {
  constructor(private readonly bytes: Buffer) {}

  at(offset: number, depth = 0): Element | undefined {
    const { bytes } = this;
    if (offset + 2 > bytes.length || depth > MAX_DEPTH) return undefined;
    const tag = bytes[offset] as number;
    const first = bytes[offset + 1] as number;
    if (first === 0x80) return this.#indefinite(tag, offset + 2, depth);
    const size = first < 0x80 ? 0 : first & 0x7f;
    if (size > 5 || offset + 2 + size > bytes.length) return undefined;
    const start = offset + 2 + size;
    const end = start + (size === 0 ? first : bytes.readUIntBE(offset + 2, size));
    // Truncated content is read as far as it goes.
    return { tag, start, end: Math.min(end, bytes.length), next: end };
  }

  /** Ends with two zeros after its last child. */
  #indefinite(tag: number, start: number, depth: number): Element {
    let at = start;
    while (at + 1 < this.bytes.length && (this.bytes[at] !== 0 || this.bytes[at + 1] !== 0)) {
      const child = this.at(at, depth + 1);
      if (!child) break;
      at = child.next;
    }
    const end = Math.min(at, this.bytes.length);
    return { tag, start, end, next: end + 2 };
  }

  /** The first children; callers need no others. */
  children(parent: Element): Element[] {
    const found: Element[] = [];
    for (let at = parent.start; at < parent.end && found.length < 3; ) {
      const child = this.at(at);
      if (!child) break;
      found.push(child);
      at = child.next;
    }
    return found;
  }

  /** The bytes of an octet string, which can consist of any number of pieces. */
  octets(element: Element): Buffer {
    const out = Buffer.allocUnsafe(element.end - element.start);
    return out.subarray(0, this.#copy(element, { out, to: 0, depth: 0 }));
  }

  /** Returns the end of the copied bytes. */
  #copy(element: Element, into: { out: Buffer; to: number; depth: number }): number {
    const { out, depth } = into;
    let { to } = into;
    if (element.tag === OCTETS) return to + this.bytes.copy(out, to, element.start, element.end);
    if (element.tag !== OCTET_PIECES || depth > MAX_DEPTH) return to;
    for (let at = element.start; at < element.end; ) {
      const piece = this.at(at);
      if (!piece) break;
      to = this.#copy(piece, { out, to, depth: depth + 1 });
      at = piece.next;
    }
    return to;
  }
}
