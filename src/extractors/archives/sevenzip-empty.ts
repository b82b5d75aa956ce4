/**
 * Decides whether an archive in which 7-Zip finds no member is empty. Only formats whose first bytes prove it count
 * as empty; any other archive without members holds something that was not found.
 */
import type { RandomAccess } from '../../core/content.js';

const SEVEN_ZIP = Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]);
const AR = '!<arch>\n';
const CPIO_END = 'TRAILER!!!\0';
/** Magics of cpio (cpio(5)), each with the offset of the first name. */
const CPIO_NAMES: readonly (readonly [Buffer, number])[] = [
  [Buffer.from('070701'), 110],
  [Buffer.from('070702'), 110],
  [Buffer.from('070707'), 76],
  [Buffer.from([0xc7, 0x71]), 26],
  [Buffer.from([0x71, 0xc7]), 26],
];
const HEAD_BYTES = 128;
/** Offset in a 7z of the size of the member list, a 64-bit number. */
const LIST_SIZE_AT = 20;

export async function isEmptyArchive(access: RandomAccess): Promise<boolean> {
  const head = await access.read(0, Math.min(HEAD_BYTES, access.size));
  const startsWith = (magic: Buffer) => head.subarray(0, magic.length).equals(magic);
  if (startsWith(SEVEN_ZIP)) return head.length >= 32 && head.readBigUInt64LE(LIST_SIZE_AT) === 0n;
  if (startsWith(Buffer.from(AR))) return access.size === AR.length;
  return CPIO_NAMES.some(
    ([magic, at]) => startsWith(magic) && head.toString('latin1', at, at + CPIO_END.length) === CPIO_END,
  );
}
