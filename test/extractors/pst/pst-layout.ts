/**
 * Writes the node layer of Outlook stores for tests, after MS-PST: header, allocation maps, B-trees, blocks
 * in any of the three layouts and encodings. readpst and pffexport read what comes out.
 * Over 250 lines because blocks and trees share one layout.
 */
import { crc32, deflateSync } from 'node:zlib';
import { decodeCyclic, decodePermuted } from '../../../src/extractors/pst/pst-crypt.js';

export type Layout = {
  readonly version: 14 | 23 | 36;
  /** 0: none, 1: permute, 2: cyclic. */
  readonly encoding: 0 | 1 | 2;
};

export type SubNode = { readonly nid: number; readonly data: number; readonly sub: number };
type Block = { readonly id: number; readonly at: number; readonly size: number; readonly inflated: number };
type Node = SubNode & { readonly parent: number };
type Entry = { readonly key: number; readonly bytes: Buffer };

const AMAP_FIRST = 0x4400;
const AMAP_BYTES = 253_952;
const PERMUTE = Buffer.alloc(256);
for (let i = 0; i < 256; i++) {
  const one = Buffer.from([i]);
  decodePermuted(one);
  PERMUTE[one[0] as number] = i;
}

export class NodeWriter {
  readonly #wide: boolean;
  readonly #is4k: boolean;
  readonly #page: number;
  readonly #pieces: { at: number; bytes: Buffer }[] = [];
  readonly #blocks: Block[] = [];
  readonly #nodes: Node[] = [];
  #end = AMAP_FIRST;
  #nextBlock = 4;
  #nextPage = 0x1004;
  readonly maxBlock: number;

  constructor(readonly layout: Layout) {
    this.#wide = layout.version !== 14;
    this.#is4k = layout.version === 36;
    this.#page = this.#is4k ? 4096 : 512;
    this.maxBlock = this.#is4k ? 65_512 : this.#wide ? 8176 : 8180;
  }

  get isUnicode(): boolean {
    return this.#wide;
  }

  #id(value: number): Buffer {
    const bytes = Buffer.alloc(this.#wide ? 8 : 4);
    if (this.#wide) bytes.writeBigUInt64LE(BigInt(value));
    else bytes.writeUInt32LE(value);
    return bytes;
  }

  /** Space that no allocation map stands in. */
  #allocate(size: number, align: number): number {
    for (;;) {
      const at = Math.ceil(this.#end / align) * align;
      const into = (at - AMAP_FIRST) % AMAP_BYTES;
      const reserved = 1024;
      if (into < reserved) this.#end = at - into + reserved;
      else if (into + size > AMAP_BYTES) this.#end = at - into + AMAP_BYTES;
      else {
        this.#end = at + size;
        return at;
      }
    }
  }

  block(data: Buffer, isInternal = false): number {
    const id = this.#nextBlock + (isInternal ? 2 : 0);
    this.#nextBlock += 4;
    const encoded = Buffer.from(data);
    if (!isInternal) this.#encode(encoded, id);
    const deflated = this.#is4k && data.length > 600 ? deflateSync(encoded) : encoded;
    const packed = deflated.length < encoded.length ? deflated : encoded;
    const trailer = Buffer.alloc(this.#is4k ? 24 : this.#wide ? 16 : 12);
    const align = this.#is4k ? 512 : 64;
    const whole = Math.ceil((packed.length + trailer.length) / align) * align;
    const at = this.#allocate(whole, align);
    trailer.writeUInt16LE(packed.length, 0);
    trailer.writeUInt16LE(signature(at, id), 2);
    trailer.writeUInt32LE(checksum(packed), this.#wide ? 4 : 8);
    this.#id(id).copy(trailer, this.#wide ? 8 : 4);
    if (this.#is4k) trailer.writeUInt16LE(data.length, 18);
    const bytes = Buffer.alloc(whole);
    packed.copy(bytes);
    trailer.copy(bytes, whole - trailer.length);
    this.#pieces.push({ at, bytes });
    this.#blocks.push({ id, at, size: packed.length, inflated: data.length });
    return id;
  }

  #encode(data: Buffer, id: number): void {
    if (this.layout.encoding === 1)
      for (let i = 0; i < data.length; i++) data[i] = PERMUTE[data[i] as number] as number;
    if (this.layout.encoding === 2) decodeCyclic(data, id);
  }

  /** The bytes as blocks, with lists above them where they are several. */
  data(chunks: readonly Buffer[]): number {
    const ids = chunks.map((chunk) => this.block(chunk));
    if (ids.length <= 1) return ids[0] ?? 0;
    const total = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    const perList = Math.floor((this.maxBlock - 8) / (this.#wide ? 8 : 4));
    const lists: number[] = [];
    for (let i = 0; i < ids.length; i += perList) lists.push(this.#list(1, ids.slice(i, i + perList), total));
    return lists.length === 1 ? (lists[0] as number) : this.#list(2, lists, total);
  }

  #list(level: number, ids: readonly number[], total: number): number {
    const head = Buffer.alloc(8);
    head[0] = 1;
    head[1] = level;
    head.writeUInt16LE(ids.length, 2);
    head.writeUInt32LE(total, 4);
    return this.block(Buffer.concat([head, ...ids.map((id) => this.#id(id))]), true);
  }

  bytes(data: Buffer): number {
    const chunks: Buffer[] = [];
    for (let at = 0; at < data.length; at += this.maxBlock)
      chunks.push(data.subarray(at, at + this.maxBlock));
    return this.data(chunks);
  }

  subNodes(nodes: readonly SubNode[]): number {
    if (nodes.length === 0) return 0;
    const sorted = [...nodes].sort((a, b) => a.nid - b.nid);
    const per = Math.floor((this.maxBlock - 8) / (this.#wide ? 24 : 12));
    const leaves: { key: number; id: number }[] = [];
    for (let i = 0; i < sorted.length; i += per) {
      const part = sorted.slice(i, i + per);
      const entries = part.map((n) => Buffer.concat([this.#id(n.nid), this.#id(n.data), this.#id(n.sub)]));
      leaves.push({ key: part[0]?.nid as number, id: this.#subList(0, entries) });
    }
    if (leaves.length === 1) return leaves[0]?.id as number;
    return this.#subList(
      1,
      leaves.map(({ key, id }) => Buffer.concat([this.#id(key), this.#id(id)])),
    );
  }

  #subList(level: number, entries: readonly Buffer[]): number {
    const head = Buffer.alloc(this.#wide ? 8 : 4);
    head[0] = 2;
    head[1] = level;
    head.writeUInt16LE(entries.length, 2);
    return this.block(Buffer.concat([head, ...entries]), true);
  }

  node(node: Node): void {
    this.#nodes.push(node);
  }

  finish(): Buffer {
    const nodes = this.#nodes
      .sort((a, b) => a.nid - b.nid)
      .map((n) => {
        const parent = Buffer.alloc(this.#wide ? 8 : 4);
        parent.writeUInt32LE(n.parent);
        return {
          key: n.nid,
          bytes: Buffer.concat([this.#id(n.nid), this.#id(n.data), this.#id(n.sub), parent]),
        };
      });
    const blocks = this.#blocks
      .sort((a, b) => a.id - b.id)
      .map((b) => {
        const tail = Buffer.alloc(this.#wide ? 8 : 4);
        tail.writeUInt16LE(b.size, 0);
        if (this.#is4k) tail.writeUInt16LE(b.inflated, 2);
        tail.writeUInt16LE(2, this.#is4k ? 4 : 2);
        return { key: b.id, bytes: Buffer.concat([this.#id(b.id), this.#id(b.at), tail]) };
      });
    const nodeRoot = this.#tree(nodes, 0x81);
    const blockRoot = this.#tree(blocks, 0x80);
    return this.#file(nodeRoot, blockRoot);
  }

  #tree(entries: readonly Entry[], type: number): Buffer {
    let level = 0;
    let rows = entries;
    for (;;) {
      const room = this.#is4k ? 4056 : this.#wide ? 488 : 496;
      const per = Math.floor(room / (rows[0]?.bytes.length ?? 1));
      const above: Entry[] = [];
      for (let i = 0; i < Math.max(1, rows.length); i += per) {
        const part = rows.slice(i, i + per);
        const key = part[0]?.key ?? 0;
        above.push({ key, bytes: Buffer.concat([this.#id(key), this.#pageOf(part, { level, type, per })]) });
      }
      if (above.length === 1) return (above[0] as Entry).bytes.subarray(this.#wide ? 8 : 4);
      rows = above;
      level += 1;
    }
  }

  /** Writes a page of a B-tree; gives its id and place. */
  #pageOf(
    rows: readonly Entry[],
    { level, type, per }: { level: number; type: number; per: number },
  ): Buffer {
    const page = Buffer.alloc(this.#page);
    Buffer.concat(rows.map(({ bytes }) => bytes)).copy(page);
    const size = rows[0]?.bytes.length ?? 0;
    if (this.#is4k) {
      page.writeUInt16LE(rows.length, 4056);
      page.writeUInt16LE(per, 4058);
      page[4060] = size;
      page[4061] = level;
    } else {
      const at = this.#wide ? 488 : 496;
      page.set([rows.length, per, size, level], at);
    }
    const id = this.#nextPage;
    this.#nextPage += 4;
    const at = this.#allocate(this.#page, this.#page);
    this.#trailer(page, { type, id, at });
    this.#pieces.push({ at, bytes: page });
    return Buffer.concat([this.#id(id), this.#id(at)]);
  }

  #trailer(page: Buffer, { type, id, at }: { type: number; id: number; at: number }): void {
    const from = this.#is4k ? 4072 : this.#wide ? 496 : 500;
    page[from] = type;
    page[from + 1] = type;
    if (type < 0x82) page.writeUInt16LE(signature(at, id), from + 2);
    page.writeUInt32LE(checksum(page.subarray(0, from)), from + (this.#wide ? 4 : 8));
    this.#id(id).copy(page, from + (this.#wide ? 8 : 4));
  }

  #file(nodeRoot: Buffer, blockRoot: Buffer): Buffer {
    const maps = Math.max(1, Math.ceil((this.#end - AMAP_FIRST) / AMAP_BYTES));
    const size = AMAP_FIRST + maps * AMAP_BYTES;
    const file = Buffer.alloc(size);
    for (const { at, bytes } of this.#pieces) bytes.copy(file, at);
    for (let i = 0; i < maps; i++) {
      const at = AMAP_FIRST + i * AMAP_BYTES;
      const page = Buffer.alloc(512);
      // All is taken: no reader needs to know where room is left.
      page.fill(0xff, 0, this.#wide ? 496 : 500);
      const small = { type: 0x84, id: at, at };
      if (!this.#is4k) {
        this.#trailer(page, small);
        page.copy(file, at);
        if (i % 8 === 0) {
          this.#trailer(page, { type: 0x83, id: at + 512, at: at + 512 });
          page.copy(file, at + 512);
        }
      }
    }
    this.#header(nodeRoot, blockRoot, { size, lastMap: AMAP_FIRST + (maps - 1) * AMAP_BYTES }).copy(file);
    return file;
  }

  #header(nodeRoot: Buffer, blockRoot: Buffer, { size, lastMap }: { size: number; lastMap: number }): Buffer {
    const head = Buffer.alloc(this.#wide ? 564 : 512);
    head.write('!BDN', 0, 'latin1');
    head.write('SM', 8, 'latin1');
    head.writeUInt16LE(this.layout.version, 10);
    head.writeUInt16LE(19, 12);
    head[14] = 1;
    head[15] = 1;
    const w = this.#wide;
    for (let i = 0; i < 32; i++) head.writeUInt32LE(0x10400, (w ? 44 : 36) + 4 * i);
    const put = (at: number, value: number) => this.#id(value).copy(head, at);
    put(w ? 32 : 28, this.#nextPage);
    put(w ? 516 : 24, this.#nextBlock);
    put(w ? 184 : 168, size);
    put(w ? 192 : 172, lastMap);
    nodeRoot.copy(head, w ? 216 : 184);
    blockRoot.copy(head, w ? 232 : 192);
    head[w ? 248 : 200] = 2;
    head.fill(0xff, w ? 256 : 204, w ? 512 : 460);
    head[w ? 512 : 460] = 0x80;
    head[w ? 513 : 461] = this.layout.encoding;
    head.writeUInt32LE(checksum(head.subarray(8, 8 + 471)), 4);
    if (w) head.writeUInt32LE(checksum(head.subarray(8, 8 + 516)), 524);
    return head;
  }
}

function signature(at: number, id: number): number {
  const mixed = (at ^ id) >>> 0;
  return ((mixed >>> 16) ^ mixed) & 0xffff;
}

function checksum(bytes: Buffer): number {
  return ~crc32(bytes, 0xffffffff) >>> 0;
}
