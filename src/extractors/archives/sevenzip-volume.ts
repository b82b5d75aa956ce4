/**
 * Decides whether an archive is one of several volumes that hold its members only together. Reported apart from
 * damage, because the user can join the volumes.
 */
import type { RandomAccess } from '../../core/content.js';

const RAR4 = Buffer.from('Rar!\x1a\x07\0', 'latin1');
const RAR5 = Buffer.from('Rar!\x1a\x07\x01\0', 'latin1');
/** 7z is cut anywhere: only the name shows it. */
const CUT_NAME = /\.7z\.\d{1,4}$/i;
const HEAD = 64;

/** RAR: from its main header (https://www.rarlab.com/technote.htm; RAR 4: bit 0 of the archive's flags). */
export async function isVolume(name: string, access: RandomAccess): Promise<boolean> {
  if (CUT_NAME.test(name)) return true;
  const head = await access.read(0, Math.min(HEAD, access.size));
  if (head.subarray(0, RAR5.length).equals(RAR5)) return isRar5Volume(head);
  return head.subarray(0, RAR4.length).equals(RAR4) && ((head[RAR4.length + 3] ?? 0) & 1) === 1;
}

/** Checksum, then numbers of seven bits a byte: size, type, flags, size of extra data if flagged, archive flags. */
function isRar5Volume(head: Buffer): boolean {
  let at = RAR5.length + 4;
  const next = () => {
    let value = 0;
    for (let shift = 0; at < head.length; shift += 7) {
      const byte = head[at++] as number;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  next();
  if (next() !== 1) return false;
  if (next() & 1) next();
  return (next() & 1) === 1;
}
