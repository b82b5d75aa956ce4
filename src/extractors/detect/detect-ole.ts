/**
 * Identifies the application of an OLE compound file if its whole directory is in the head. Input: the head; output:
 * a precise media type, or `application/x-ole-storage` if uncertain (the OLE extractor then reads the stream names).
 */
import { MEDIA } from '../bytes/media-types.js';

const ENTRY = 128;
const FREE = 0xfffffffa;
const MAX_ENTRIES = 4096;

type Entry = { readonly name: string; readonly left: number; readonly right: number; readonly child: number };

const BY_STREAM: readonly (readonly [RegExp, string])[] = [
  [/^EncryptedPackage$/i, MEDIA.ole],
  [/^WordDocument$/i, MEDIA.doc],
  [/^PowerPoint Document$|^PP40$/i, MEDIA.ppt],
  [/^(Workbook|Book)$/i, MEDIA.xls],
  [/^__(properties_version1\.0|nameid_version1\.0|recip_version1\.0.*)$/i, MEDIA.msg],
];

export function detectOle(head: Buffer): string {
  const names = rootNames(head);
  for (const [pattern, type] of BY_STREAM) {
    if (names.some((name) => pattern.test(name))) return type;
  }
  return MEDIA.ole;
}

/** Names directly below the root, without those of embedded documents. Empty if they are beyond the head. */
function rootNames(head: Buffer): string[] {
  const entries = directory(head);
  const names: string[] = [];
  const seen = new Set<number>();
  const pending = [entries[0]?.child ?? FREE];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    const entry = entries[id];
    if (!entry || seen.has(id)) continue;
    seen.add(id);
    names.push(entry.name);
    pending.push(entry.left, entry.right);
  }
  return names;
}

function directory(head: Buffer): Entry[] {
  const entries: Entry[] = [];
  if (head.length < 512) return entries;
  const shift = head.readUInt16LE(30);
  if (shift !== 9 && shift !== 12) return entries;
  const sectorSize = 1 << shift;
  const seen = new Set<number>();
  let sector = head.readUInt32LE(48);
  while (sector < FREE && !seen.has(sector) && entries.length < MAX_ENTRIES) {
    seen.add(sector);
    const start = (sector + 1) * sectorSize;
    if (start + sectorSize > head.length) break;
    for (let at = start; at < start + sectorSize; at += ENTRY) entries.push(entryAt(head, at));
    sector = nextSector(head, sector, sectorSize);
  }
  return entries;
}

function entryAt(head: Buffer, at: number): Entry {
  const nameBytes = Math.max(0, Math.min(64, head.readUInt16LE(at + 64)) - 2);
  return {
    name: head.toString('utf16le', at, at + nameBytes),
    left: head.readUInt32LE(at + 68),
    right: head.readUInt32LE(at + 72),
    child: head.readUInt32LE(at + 76),
  };
}

/** Follows the FAT as far as the header's own 109 entries and the head allow. */
function nextSector(head: Buffer, sector: number, sectorSize: number): number {
  const perSector = sectorSize / 4;
  const index = Math.floor(sector / perSector);
  if (index >= 109) return FREE;
  const fat = head.readUInt32LE(76 + index * 4);
  const at = (fat + 1) * sectorSize + (sector % perSector) * 4;
  return at + 4 <= head.length ? head.readUInt32LE(at) : FREE;
}
