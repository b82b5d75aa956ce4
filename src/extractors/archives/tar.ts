/**
 * tar in all its dialects, in one pass over the stream. Links, devices and pipes are members with the reason
 * `not-regular-file`; folders are not members. After a damaged header it continues with the next sound one, and reads
 * archives that follow the end of the first. Written here because libraries stop at the first damaged header.
 */
import type { ExtractContext, Extractor, PartWriter } from '../../core/content.js';
import { LeaksiftError } from '../../core/errors.js';
import { ByteReader } from '../bytes/byte-reader.js';
import { BLOCK, decodeHeader, decodePax, longName, type TarHeader } from './tar-header.js';

const MAX_META = 1024 * 1024;
const CHUNK = 256 * 1024;
const FOLDERS = new Set(['5', 'D']);
const NO_CONTENT = new Set(['1', '2', '3', '4', '6']);

export const tar: Extractor = {
  async extract(_content, out, context) {
    const reader = new ByteReader(context.stream());
    try {
      await new TarReader(reader, out, context).read();
    } finally {
      await reader.close();
    }
  },
};

/** What GNU and pax headers declare about the next member. */
type Pending = { name?: string; pax: Map<string, string> };

class TarReader {
  #pending: Pending = { pax: new Map() };
  #global = new Map<string, string>();
  #members = 0;

  constructor(
    private readonly reader: ByteReader,
    private readonly out: PartWriter,
    private readonly context: ExtractContext,
  ) {}

  async read(): Promise<void> {
    for (;;) {
      this.context.budget.check();
      const block = await this.reader.read(BLOCK);
      if (block.length < BLOCK) {
        if (!isZero(block)) this.out.partial('truncated');
        return;
      }
      if (isZero(block)) continue;
      const header = decodeHeader(block);
      if (!header || !(header.size >= 0)) this.#damaged();
      else if (!(await this.#entry(header))) return;
    }
  }

  #damaged(): void {
    if (this.#members === 0) throw new LeaksiftError('corrupt', 'no tar header');
    this.out.partial('corrupt');
  }

  /** False if the archive ends inside this entry. */
  async #entry(header: TarHeader): Promise<boolean> {
    if ('xgXLKN'.includes(header.type)) return this.#meta(header);
    const { name, pax } = this.#pending;
    const say = (key: string) => pax.get(key) ?? this.#global.get(key);
    this.#pending = { pax: new Map() };
    const fullName = say('GNU.sparse.name') ?? say('path') ?? name ?? header.name;
    const size = Number(say('size') ?? header.size);
    if (!(size >= 0)) {
      this.#damaged();
      return true;
    }
    this.#members++;
    const isFolder = FOLDERS.has(header.type) || (header.type === '0' && fullName.endsWith('/'));
    if (NO_CONTENT.has(header.type)) await this.#notRegular(fullName);
    for (let more = header.moreSparse; more; ) more = (await this.reader.exactly(BLOCK))[504] === 1;
    if (isFolder || header.type === 'V' || NO_CONTENT.has(header.type)) {
      return this.#skip(header.type === '5' || (await this.#isHeaderNext()) ? 0 : size);
    }
    return this.#member(fullName, size);
  }

  /** Some writers repeat the size for hard links, without the data. */
  async #isHeaderNext(): Promise<boolean> {
    const block = await this.reader.read(BLOCK);
    this.reader.unread(block);
    return block.length === BLOCK && (isZero(block) || decodeHeader(block) !== undefined);
  }

  async #notRegular(name: string): Promise<void> {
    // biome-ignore lint/correctness/useYield: it only says why there is nothing to read.
    const refuse = async function* (): AsyncGenerator<Uint8Array> {
      throw new LeaksiftError('not-regular-file', 'a link or device');
    };
    await this.out.member(this.context.child(name, refuse));
  }

  async #member(name: string, size: number): Promise<boolean> {
    const start = this.reader.position;
    const { reader } = this;
    const { budget } = this.context;
    const open = async function* (): AsyncGenerator<Uint8Array> {
      while (reader.position < start + size) {
        budget.check();
        const chunk = await reader.chunk(Math.min(CHUNK, start + size - reader.position));
        if (!chunk) throw new LeaksiftError('truncated', 'tar member ends too early');
        budget.expand(chunk.length);
        yield chunk;
      }
    };
    await this.out.member(this.context.child(name, open, { size }));
    return this.#skip(size - (reader.position - start), size);
  }

  /** Skips the rest of a member and its padding. */
  async #skip(left: number, size = left): Promise<boolean> {
    try {
      await this.reader.skip(left);
    } catch (error) {
      if (!(error instanceof LeaksiftError) || error.code !== 'truncated') throw error;
      this.out.partial('truncated');
      return false;
    }
    // A last member without padding is complete.
    await this.reader.read((BLOCK - (size % BLOCK)) % BLOCK);
    return true;
  }

  async #meta(header: TarHeader): Promise<boolean> {
    if (header.size > MAX_META) {
      this.out.partial('corrupt');
      return this.#skip(header.size);
    }
    const bytes = await this.reader.read(header.size);
    if (bytes.length < header.size) {
      this.out.partial('truncated');
      return false;
    }
    await this.reader.read((BLOCK - (header.size % BLOCK)) % BLOCK);
    if (header.type === 'L' || header.type === 'N') this.#pending.name = longName(bytes);
    if (header.type === 'x' || header.type === 'X') this.#pending.pax = decodePax(bytes);
    if (header.type === 'g') for (const [key, value] of decodePax(bytes)) this.#global.set(key, value);
    return true;
  }
}

function isZero(block: Buffer): boolean {
  return block.every((byte) => byte === 0);
}
