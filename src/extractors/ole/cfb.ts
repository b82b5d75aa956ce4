/**
 * Reads OLE compound files (Office 97, msg, embedded objects). Input: all bytes; output: storages and streams by
 * path, and the bytes of a stream, as far as they exist: a truncated or looping file yields what it has and is
 * `damaged`. Throws `corrupt` without a header or directory.
 */
import { LeaksiftError } from '../../core/errors.js';

export type CfbEntry = {
  readonly id: number;
  readonly name: string;
  /** Names from the root down, joined by `/`. */
  readonly path: string;
  readonly isStream: boolean;
  readonly size: number;
  readonly start: number;
  /** 16 bytes that identify the application of a storage. */
  readonly clsid: Buffer;
};

const SIGNATURE = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const LAST_REGULAR = 0xfffffff9;
const NONE = 0xffffffff;
const ENTRY_BYTES = 128;
const MINI_SHIFT = 6;
const MAX_ENTRIES = 1_000_000;
const STORAGE = 1;
const STREAM = 2;
const ROOT = 5;

type RawEntry = Omit<CfbEntry, 'path'> & { type: number; left: number; right: number; child: number };

export function isCfb(bytes: Uint8Array): boolean {
  return bytes.length >= 512 && SIGNATURE.equals(bytes.subarray(0, 8));
}

export class Cfb {
  /** Storages and streams in directory order, without the root. */
  readonly entries: readonly CfbEntry[];
  /** True if any reference led nowhere. */
  damaged = false;
  readonly #shift: number;
  readonly #fat: Uint32Array;
  readonly #miniFat: Uint32Array;
  readonly #mini: Buffer;
  readonly #miniCutoff: number;

  constructor(private readonly bytes: Buffer) {
    if (!isCfb(bytes)) throw new LeaksiftError('corrupt', 'ole: no header');
    const shift = bytes.readUInt16LE(30);
    // Some writers store a wrong value; the version implies one of the two sizes.
    this.#shift = shift === 9 || shift === 12 ? shift : bytes.readUInt16LE(26) === 4 ? 12 : 9;
    this.#miniCutoff = bytes.readUInt32LE(56) || 4096;
    this.#fat = this.#readFat();
    const directory = this.#chain(bytes.readUInt32LE(48), Number.POSITIVE_INFINITY);
    const raw = readDirectory(directory);
    const root = raw.find((entry) => entry.type === ROOT) ?? raw[0];
    if (!root) throw new LeaksiftError('corrupt', 'ole: no directory');
    this.#miniFat = toNumbers(this.#chain(bytes.readUInt32LE(60), Number.POSITIVE_INFINITY));
    this.#mini = this.#chain(root.start, root.size);
    this.entries = withPaths(raw, root);
  }

  /** Case-insensitive, since writers differ. */
  find(path: string): CfbEntry | undefined {
    const wanted = path.toLowerCase();
    return this.entries.find((entry) => entry.isStream && entry.path.toLowerCase() === wanted);
  }

  /** A stream's bytes; fewer than its size if the file is damaged. */
  read(entry: CfbEntry): Buffer {
    const isMini = entry.size < this.#miniCutoff;
    const bytes = isMini ? this.#miniChain(entry.start, entry.size) : this.#chain(entry.start, entry.size);
    if (bytes.length < entry.size) this.damaged = true;
    return bytes;
  }

  #readFat(): Uint32Array {
    const { bytes } = this;
    const sectors: number[] = [];
    for (let i = 0; i < 109; i++) sectors.push(bytes.readUInt32LE(76 + 4 * i));
    const perSector = (1 << this.#shift) / 4;
    const seen = new Set<number>();
    for (let at = bytes.readUInt32LE(68); at <= LAST_REGULAR && !seen.has(at); ) {
      seen.add(at);
      const sector = toNumbers(this.#sector(at));
      sectors.push(...sector.subarray(0, perSector - 1));
      at = sector[perSector - 1] ?? NONE;
    }
    // A table sector beyond the end keeps its position, so that the others keep theirs.
    const known = sectors
      .filter((sector) => sector <= LAST_REGULAR)
      .slice(0, this.#sectorCount() / perSector + 1);
    const fat = new Uint32Array(known.length * perSector).fill(NONE);
    for (const [i, sector] of known.entries()) fat.set(toNumbers(this.#sector(sector)), i * perSector);
    return fat;
  }

  #sectorCount(): number {
    return Math.ceil(this.bytes.length / (1 << this.#shift));
  }

  #sector(index: number): Buffer {
    const at = (index + 1) * (1 << this.#shift);
    return this.bytes.subarray(at, at + (1 << this.#shift));
  }

  /** Follows a chain of sectors up to `size` bytes. Copies runs of adjacent sectors at once. */
  #chain(start: number, size: number): Buffer {
    const sectorSize = 1 << this.#shift;
    const limit = Math.min(Math.ceil(size / sectorSize), this.#sectorCount());
    const pieces: Buffer[] = [];
    let count = 0;
    for (let at = start; at <= LAST_REGULAR && count < limit; ) {
      const first = at;
      while (count < limit && this.#fat[at] === at + 1) {
        at += 1;
        count += 1;
      }
      count += 1;
      pieces.push(this.bytes.subarray((first + 1) * sectorSize, (at + 2) * sectorSize));
      at = this.#fat[at] ?? NONE;
    }
    const all = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
    return all.length > size ? all.subarray(0, size) : all;
  }

  #miniChain(start: number, size: number): Buffer {
    const limit = Math.ceil(size / (1 << MINI_SHIFT));
    const pieces: Buffer[] = [];
    for (let at = start; at <= LAST_REGULAR && pieces.length < limit; at = this.#miniFat[at] ?? NONE) {
      pieces.push(this.#mini.subarray(at << MINI_SHIFT, (at + 1) << MINI_SHIFT));
    }
    return Buffer.concat(pieces).subarray(0, size);
  }
}

function toNumbers(bytes: Buffer): Uint32Array {
  const numbers = new Uint32Array(bytes.length >> 2);
  for (let i = 0; i < numbers.length; i++) numbers[i] = bytes.readUInt32LE(4 * i);
  return numbers;
}

function readDirectory(bytes: Buffer): RawEntry[] {
  const entries: RawEntry[] = [];
  const count = Math.min(Math.floor(bytes.length / ENTRY_BYTES), MAX_ENTRIES);
  for (let id = 0; id < count; id++) {
    const raw = bytes.subarray(id * ENTRY_BYTES, (id + 1) * ENTRY_BYTES);
    const type = raw[66] as number;
    entries.push({
      id,
      name: raw.toString('utf16le', 0, Math.max(0, Math.min(64, raw.readUInt16LE(64)) - 2)),
      type,
      isStream: type === STREAM,
      left: raw.readUInt32LE(68),
      right: raw.readUInt32LE(72),
      child: raw.readUInt32LE(76),
      clsid: raw.subarray(80, 96),
      start: raw.readUInt32LE(116),
      size: raw.readUInt32LE(120),
    });
  }
  return entries;
}

/** Paths of extreme depth would cost their length squared: storages below a longer path are not entered. */
const MAX_PATH_CHARS = 4096;

/** Walks the trees of names. Orphaned streams are kept, as if they were in the root. */
function withPaths(raw: readonly RawEntry[], root: RawEntry): CfbEntry[] {
  const paths = new Map<number, string>();
  const open: { id: number; folder: string }[] = [{ id: root.child, folder: '' }];
  for (let next = open.pop(); next; next = open.pop()) {
    const entry = raw[next.id];
    if (!entry || paths.has(entry.id) || entry === root) continue;
    const path = next.folder + entry.name;
    paths.set(entry.id, path);
    open.push({ id: entry.left, folder: next.folder }, { id: entry.right, folder: next.folder });
    if (entry.type === STORAGE && path.length < MAX_PATH_CHARS)
      open.push({ id: entry.child, folder: `${path}/` });
  }
  const kept = raw.filter((entry) => entry.type === STORAGE || entry.type === STREAM);
  return kept.map((entry) => ({ ...entry, path: paths.get(entry.id) ?? entry.name }));
}
