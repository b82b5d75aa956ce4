/**
 * The node layer of an Outlook store (MS-PST 2.2): nodes by number, the blocks of their bytes, their sub-nodes. Holds
 * a few pages and blocks at a time, regardless of the file's size. A block that cannot be read throws `corrupt`; one
 * with a wrong checksum is used and counted in `damaged`.
 */
import { crc32, inflateSync } from 'node:zlib';
import type { RandomAccess } from '../../core/content.js';
import { LeaksiftError } from '../../core/errors.js';
import { type CarvedBlock, carvedBlocks } from './pst-carve.js';
import { decodeCyclic, decodePermuted } from './pst-crypt.js';
import { HEADER_BYTES, type PstFormat, type PstHeader, parseHeader, readId } from './pst-format.js';
import { BLOCK_TREE, NODE_TREE, PstTree } from './pst-tree.js';

/** A node: the ids of its bytes and its sub-nodes (0: none), and its parent. */
export type PstNode = {
  readonly id: number;
  readonly data: number;
  readonly subNodes: number;
  readonly parent: number;
};

const BLOCKS_KEPT = 64;
/** Data trees are at most two levels of lists above the blocks. */
const MAX_LISTS = 2;
const MAX_INFLATED_BYTES = 1 << 20;
/** Blocks start at multiples of this. */
const SLOT_BYTES = 64;
const MAX_BLOCK_BYTES = 65_536;
/** About 60 bytes each. */
const MAX_CARVED = 4_000_000;
/** A block of a 4 KiB store can hold this many times its bytes. */
const MAX_EXPANSION = 1032;

export class PstFile {
  damaged = 0;
  readonly format: PstFormat;
  readonly nodes: PstTree;
  readonly #header: PstHeader;
  readonly #blocks: PstTree;
  /** Lists and heaps, which are read repeatedly. */
  readonly #kept = new Map<number, Buffer>();

  /** Positions of blocks by id, searched once a block is missing from the tree. */
  #carved: Map<number, number> | undefined;

  private constructor(
    readonly access: RandomAccess,
    header: PstHeader,
    private readonly check: () => void,
  ) {
    const { format } = header;
    this.format = format;
    this.#header = header;
    this.nodes = new PstTree({ access, format, check, kind: NODE_TREE, root: header.nodes });
    this.#blocks = new PstTree({ access, format, check, kind: BLOCK_TREE, root: header.blocks });
  }

  static async open(access: RandomAccess, check: () => void): Promise<PstFile> {
    const header = parseHeader(await access.read(0, HEADER_BYTES));
    if (header.encoding > 2) throw new LeaksiftError('encrypted', 'pst: encrypted by Windows');
    return new PstFile(access, header, check);
  }

  get isCut(): boolean {
    return this.access.size < this.#header.fileBytes;
  }

  get isDamaged(): boolean {
    return this.damaged > 0 || this.nodes.isDamaged || this.#blocks.isDamaged;
  }

  async node(id: number): Promise<PstNode | undefined> {
    const entry = await this.nodes.find(id);
    return entry && this.#nodeOf(entry);
  }

  /** Every node of the store. */
  async *allNodes(): AsyncGenerator<PstNode> {
    for await (const entry of this.nodes.entries()) yield this.#nodeOf(entry);
  }

  #nodeOf(entry: Buffer): PstNode {
    const { idBytes } = this.format;
    const [data, subNodes] = [idBytes, 2 * idBytes].map((at) => readId(entry, at, this.format));
    return {
      id: entry.readUInt32LE(0),
      data: data as number,
      subNodes: subNodes as number,
      parent: entry.readUInt32LE(3 * idBytes),
    };
  }

  /** The ids of the blocks that hold the bytes of a node or sub-node, in order. */
  async *leaves(id: number, lists = MAX_LISTS): AsyncGenerator<number> {
    if (id === 0) return;
    if ((id & 2) === 0) {
      yield id;
      return;
    }
    const block = await this.block(id);
    if (block.length < 8 || block[0] !== 1 || lists === 0) throw broken('a list of blocks');
    for (const inner of this.#ids(block)) yield* this.leaves(inner, lists - 1);
  }

  #ids(block: Buffer): number[] {
    const { idBytes } = this.format;
    const count = Math.min(block.readUInt16LE(2), Math.floor((block.length - 8) / idBytes));
    return Array.from({ length: count }, (_, i) => readId(block, 8 + i * idBytes, this.format));
  }

  /** Bytes of a data tree, block by block. With `lost`, a block that cannot be read is reported and skipped. */
  async *bytes(id: number, lost?: () => void): AsyncGenerator<Buffer> {
    // Blocks of one tree are distinct: more bytes than the file has mean a loop.
    let left = this.access.size * (this.format.is4k ? MAX_EXPANSION : 1);
    for await (const leaf of this.leaves(id)) {
      const block = await this.block(leaf).catch((error: unknown) => {
        if (!lost || !(error instanceof LeaksiftError) || error.code !== 'corrupt') throw error;
        lost();
        return Buffer.alloc(0);
      });
      left -= block.length;
      if (left < 0) throw broken('a list of blocks');
      yield block;
    }
  }

  /** The sub-nodes in a sub-node tree. */
  async *subNodes(id: number, level = 1): AsyncGenerator<PstNode> {
    if (id === 0) return;
    const block = await this.block(id);
    const { idBytes } = this.format;
    const isLeaf = block[1] === 0;
    if (block.length < 8 || block[0] !== 2 || (!isLeaf && level === 0)) throw broken('a list of sub-nodes');
    const from = idBytes === 8 ? 8 : 4;
    const size = (isLeaf ? 3 : 2) * idBytes;
    const count = Math.min(block.readUInt16LE(2), Math.floor((block.length - from) / size));
    for (let i = 0; i < count; i++) {
      const at = from + i * size;
      const data = readId(block, at + idBytes, this.format);
      if (!isLeaf) yield* this.subNodes(data, level - 1);
      else
        yield {
          id: block.readUInt32LE(at),
          data,
          subNodes: readId(block, at + 2 * idBytes, this.format),
          parent: 0,
        };
    }
  }

  async subNode(tree: number, id: number): Promise<PstNode | undefined> {
    for await (const node of this.subNodes(tree)) if (node.id === id) return node;
    return undefined;
  }

  /** One block, decoded. The caller must not change it. */
  async block(id: number): Promise<Buffer> {
    const known = this.#kept.get(id);
    if (known) return known;
    const block = await this.#readBlock(id);
    this.#kept.set(id, block);
    const oldest = this.#kept.size > BLOCKS_KEPT ? this.#kept.keys().next().value : undefined;
    if (oldest !== undefined) this.#kept.delete(oldest);
    return block;
  }

  async #readBlock(id: number): Promise<Buffer> {
    const { idBytes } = this.format;
    const key = id - (id % 2);
    const entry = await this.#blocks.find(key);
    if (entry) {
      const [size, inflatedBytes] = [0, 2].map((at) => entry.readUInt16LE(2 * idBytes + at)) as [
        number,
        number,
      ];
      return this.#stored({ id, at: readId(entry, idBytes, this.format), size }, inflatedBytes);
    }
    const place = this.#blocks.isDamaged ? (await this.#carve()).get(key) : undefined;
    if (place === undefined) throw broken('a block');
    const at = Math.floor(place / MAX_BLOCK_BYTES) * SLOT_BYTES;
    return this.#stored({ id, at, size: place % MAX_BLOCK_BYTES }, 0);
  }

  async #carve(): Promise<ReadonlyMap<number, number>> {
    if (this.#carved) return this.#carved;
    this.#carved = new Map();
    for await (const { id, at, size } of carvedBlocks(this.access, this.format, this.check)) {
      this.#carved.set(id - (id % 2), (at / SLOT_BYTES) * MAX_BLOCK_BYTES + size);
      if (this.#carved.size >= MAX_CARVED) break;
    }
    return this.#carved;
  }

  /** Every data block in the file, decoded: for stores with nothing else left. */
  async *strayBlocks(): AsyncGenerator<Buffer> {
    for await (const block of carvedBlocks(this.access, this.format, this.check))
      if ((block.id & 2) === 0) yield await this.#stored(block, 0);
  }

  async #stored({ id, at, size }: CarvedBlock, inflatedBytes: number): Promise<Buffer> {
    const { blockAlign, trailerBytes, is4k } = this.format;
    const whole = Math.ceil((size + trailerBytes) / blockAlign) * blockAlign;
    const stored = await this.access.read(at, whole);
    if (stored.length < size) throw broken('a block');
    const data = Buffer.from(stored.subarray(0, size));
    if (!is4k) this.#verify(data, { id, trailer: stored.subarray(whole - trailerBytes) });
    // Implementations differ in whether compression or encoding comes first: both are tried.
    const plain = is4k ? inflated(data, inflatedBytes) : data;
    if ((id & 2) === 0) this.#decode(plain, id);
    return is4k && plain === data ? inflated(data, inflatedBytes) : plain;
  }

  #verify(data: Buffer, { id, trailer }: { id: number; trailer: Buffer }): void {
    const isWide = this.format.idBytes === 8;
    if (trailer.length < this.format.trailerBytes) {
      this.damaged += 1;
      return;
    }
    const found = readId(trailer, isWide ? 8 : 4, this.format);
    const isIts = found - (found % 2) === id - (id % 2);
    // The checksum lacks the initial and final inversion of zlib's.
    const isWhole = trailer.readUInt32LE(isWide ? 4 : 8) === ~crc32(data, 0xffffffff) >>> 0;
    if (!isIts && !isWhole) throw broken('a block');
    if (!isIts || !isWhole) this.damaged += 1;
  }

  #decode(data: Buffer, id: number): void {
    if (this.#header.encoding === 1) decodePermuted(data);
    if (this.#header.encoding === 2) decodeCyclic(data, (id % 2 ** 32) >>> 0);
  }
}

function inflated(data: Buffer, size: number): Buffer {
  const isZlib = data.length > 2 && (data[0] as number) === 0x78 && data.readUInt16BE(0) % 31 === 0;
  if (!isZlib || size === data.length) return data;
  try {
    return inflateSync(data, { maxOutputLength: MAX_INFLATED_BYTES });
  } catch {
    return data;
  }
}

export function broken(what: string): LeaksiftError {
  return new LeaksiftError('corrupt', `pst: ${what} cannot be read`);
}
