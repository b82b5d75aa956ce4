/**
 * The heap of a node in an Outlook store (MS-PST 2.3): numbered items in the node's blocks, and the B-trees of
 * records in it. Missing items throw `corrupt`.
 */
import { broken, type PstFile, type PstNode } from './pst-file.js';

const HEAP_SIGN = 0xec;
const TREE_SIGN = 0xb5;
/** A number with none of these bits is an item of the heap, otherwise a sub-node. */
const TYPE_BITS = 0x1f;
const MAX_BLOCKS = 65_536;
const MAX_LEVELS = 8;

export class PstHeap {
  private constructor(
    readonly file: PstFile,
    readonly node: PstNode,
    readonly blocks: readonly number[],
    /** What the heap holds: properties (0xbc), a table (0x7c). */
    readonly kind: number,
    readonly root: number,
  ) {}

  static async open(file: PstFile, node: PstNode): Promise<PstHeap> {
    const blocks: number[] = [];
    for await (const leaf of file.leaves(node.data)) if (blocks.push(leaf) >= MAX_BLOCKS) break;
    const first = blocks[0] === undefined ? undefined : await file.block(blocks[0]);
    if (!first || first.length < 12 || first[2] !== HEAP_SIGN) throw broken('a heap');
    return new PstHeap(file, node, blocks, first[3] as number, first.readUInt32LE(4));
  }

  /** A value by its number, as pieces: of the heap, or the bytes of a sub-node. 0 is empty. */
  async *pieces(number: number, lost?: () => void): AsyncGenerator<Buffer> {
    if (number === 0) return;
    if ((number & TYPE_BITS) === 0) {
      yield await this.item(number);
      return;
    }
    const node = await this.subNode(number);
    if (!node) throw broken('a value');
    yield* this.file.bytes(node.data, lost);
  }

  async value(number: number, maxBytes: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    let length = 0;
    for await (const piece of this.pieces(number)) {
      length += piece.length;
      if (length > maxBytes) throw broken('a value over its limit');
      pieces.push(piece);
    }
    return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
  }

  subNode(id: number): Promise<PstNode | undefined> {
    return this.file.subNode(this.node.subNodes, id);
  }

  async item(number: number): Promise<Buffer> {
    const { is4k } = this.file.format;
    const id = this.blocks[is4k ? number >>> 19 : number >>> 16];
    const index = ((number >>> 5) & (is4k ? 0x3fff : 0x7ff)) - 1;
    const block = id === undefined ? Buffer.alloc(0) : await this.file.block(id);
    const map = block.length < 2 ? 0 : block.readUInt16LE(0);
    const at = map + 4 + 2 * index;
    if (index < 0 || at + 4 > block.length || index >= block.readUInt16LE(map)) throw broken('a heap item');
    return block.subarray(block.readUInt16LE(at), block.readUInt16LE(at + 2));
  }

  /** The records of a B-tree on the heap, key and data in one. */
  async *records(number: number): AsyncGenerator<Buffer> {
    const head = await this.item(number);
    if (head.length < 8 || head[0] !== TREE_SIGN || (head[3] as number) > MAX_LEVELS) throw broken('a table');
    const [keyBytes, dataBytes] = [head[1] as number, head[2] as number];
    const seen = new Set<number>();
    const self = this;
    yield* walk(head.readUInt32LE(4), head[3] as number);

    async function* walk(item: number, level: number): AsyncGenerator<Buffer> {
      if (item === 0 || seen.has(item)) return;
      seen.add(item);
      const records = await self.item(item);
      const size = keyBytes + (level === 0 ? dataBytes : 4);
      for (let at = 0; size > 0 && at + size <= records.length; at += size) {
        if (level === 0) yield records.subarray(at, at + size);
        else yield* walk(records.readUInt32LE(at + keyBytes), level - 1);
      }
    }
  }
}
