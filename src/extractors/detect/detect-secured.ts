/**
 * Recognises binary OpenPGP messages (RFC 9580) and CMS (RFC 5652) by their first structures. Input: the head of a
 * content; output: a media type or undefined.
 */
import { MEDIA } from '../bytes/media-types.js';

/** Session keys: by public key (tag 1) and by passphrase (tag 3), with their valid versions. */
const SESSION_KEYS: ReadonlyMap<number, readonly number[]> = new Map([
  [1, [2, 3, 6]],
  [3, [4, 5, 6]],
]);
/** What can follow one: another, or the encrypted data. */
const NEXT_TAGS: readonly number[] = [1, 3, 9, 18, 20];
/** The object identifier of PKCS #7 content types without its last byte. */
const PKCS7 = Buffer.from('06092a864886f70d0107', 'hex');

export function detectSecured(head: Buffer): string | undefined {
  if (isPgpMessage(head)) return MEDIA.pgp;
  const at = head[0] === 0x30 ? head.subarray(0, 16).indexOf(PKCS7) : -1;
  return at >= 2 && at <= 6 ? MEDIA.cms : undefined;
}

function isPgpMessage(head: Buffer): boolean {
  const first = packet(head, 0);
  if (!first || !SESSION_KEYS.get(first.tag)?.includes(head[first.start] as number)) return false;
  const next = packet(head, first.end);
  return next !== undefined && NEXT_TAGS.includes(next.tag);
}

type Packet = { readonly tag: number; readonly start: number; readonly end: number };

function packet(head: Buffer, at: number): Packet | undefined {
  const first = head[at] ?? 0;
  if (first < 0x80 || at + 6 > head.length) return undefined;
  if (first < 0xc0) return oldPacket(head, at);
  const size = head[at + 1] as number;
  const tag = first & 0x3f;
  if (size < 192) return { tag, start: at + 2, end: at + 2 + size };
  if (size >= 224) return { tag, start: at + 2, end: head.length };
  return { tag, start: at + 3, end: at + 3 + ((size - 192) << 8) + (head[at + 2] as number) + 192 };
}

function oldPacket(head: Buffer, at: number): Packet {
  const first = head[at] as number;
  const tag = (first >> 2) & 0xf;
  const width = [1, 2, 4, 0][first & 3] as number;
  const start = at + 1 + width;
  return { tag, start, end: width === 0 ? head.length : start + head.readUIntBE(at + 1, width) };
}
