/**
 * Gives an extractor its view of one content: the head without consuming the stream, the stream, all bytes, random
 * access, a private folder. One per content; close() removes what it created. Over 250 lines because all ways to a
 * content's bytes share one budget and one fault.
 */
import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  ChildOptions,
  Content,
  ExtractContext,
  ExtractOptions,
  RandomAccess,
} from '../../core/content.js';
import { codeOf, LeaksiftError } from '../../core/errors.js';
import { type Budget, HEAD_BYTES } from '../../core/limits.js';
import { memberLocator } from '../../core/locator.js';
import { makePrivateFolder } from '../../core/private-folder.js';
import type { ItemRange } from '../../core/range.js';
import { storedBytes } from '../readers/holes.js';

type ContextScope = {
  readonly budget: Budget;
  readonly options: ExtractOptions;
  readonly depth: number;
  readonly range?: ItemRange;
};

export type OpenContext = ExtractContext & {
  mediaType: string;
  /** Why less than the whole content could be read, if so. */
  readonly fault: string | undefined;
  close(): Promise<void>;
};

/** Faults of a content whose start can still be read: what a cut or damaged container yielded. */
const LEAVES_A_START: ReadonlySet<string> = new Set(['truncated', 'corrupt', 'decode-error']);

/** Reads the head of `content` and returns its context; the caller sets `mediaType`. */
export async function openContext(content: Content, scope: ContextScope): Promise<OpenContext> {
  const { head, rest } = await peek(content);
  return new ContentContext(content, head, rest, scope);
}

type Rest = {
  iterator: AsyncIterator<Uint8Array>;
  chunks: Uint8Array[];
  ended: boolean;
  fault?: { readonly error: unknown };
};

async function peek(content: Content): Promise<{ head: Buffer; rest: Rest }> {
  const iterator = content.open()[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let length = 0;
  let ended = false;
  let fault: { readonly error: unknown } | undefined;
  try {
    while (length < HEAD_BYTES) {
      const next = await iterator.next();
      if (next.done) {
        ended = true;
        break;
      }
      chunks.push(next.value);
      length += next.value.length;
    }
  } catch (error) {
    // What a cut content yielded before its fault is read; then stream() throws the fault.
    if (length === 0) throw error;
    fault = { error };
    ended = true;
  }
  const all = chunks.length === 1 ? asBuffer(chunks[0] as Uint8Array) : Buffer.concat(chunks);
  return {
    head: all.subarray(0, HEAD_BYTES),
    rest: { iterator, chunks: length > 0 ? [all] : [], ended, fault },
  };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

class ContentContext implements OpenContext {
  mediaType = 'application/octet-stream';
  fault: string | undefined;
  readonly budget: Budget;
  readonly options: ExtractOptions;
  readonly depth: number;
  readonly range: ItemRange | undefined;
  readonly #content: Content;
  #rest: Rest | undefined;
  #memory: Buffer | undefined;
  #folder: string | undefined;
  #open: RandomAccess[] = [];

  constructor(
    content: Content,
    readonly head: Buffer,
    rest: Rest,
    scope: ContextScope,
  ) {
    this.#content = content;
    this.#rest = rest;
    this.budget = scope.budget;
    this.options = scope.options;
    this.depth = scope.depth;
    this.range = scope.range;
  }

  /** Ends at a fault of the content, which is kept for its coverage: the reader uses the bytes before. */
  async *stream(): AsyncIterable<Uint8Array> {
    let isEmpty = true;
    try {
      for await (const chunk of this.#whole()) {
        if (chunk.length > 0) isEmpty = false;
        yield chunk;
      }
    } catch (error) {
      if (isEmpty || !LEAVES_A_START.has(codeOf(error))) throw error;
      this.fault = codeOf(error);
    }
  }

  async *#whole(): AsyncIterable<Uint8Array> {
    if (this.#memory) {
      yield this.#memory;
      return;
    }
    const rest = this.#rest;
    this.#rest = undefined;
    if (!rest) {
      if (!this.#content.reopenable) throw new Error('stream taken twice');
      yield* this.#content.open();
      return;
    }
    try {
      for (const chunk of rest.chunks.splice(0)) yield chunk;
      if (rest.fault) throw rest.fault.error;
      while (!rest.ended) {
        this.budget.check();
        const next = await rest.iterator.next();
        if (next.done) rest.ended = true;
        else yield next.value;
      }
    } finally {
      if (!rest.ended) await rest.iterator.return?.();
    }
  }

  async bytes(maxBytes: number = this.budget.limits.maxParseBytes): Promise<Buffer> {
    if (this.#memory) return this.#memory;
    if ((this.#content.size ?? 0) > maxBytes) throw tooLarge(maxBytes);
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of this.stream()) {
      length += chunk.length;
      if (length > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk);
    }
    this.#memory = chunks.length === 1 ? asBuffer(chunks[0] as Uint8Array) : Buffer.concat(chunks, length);
    return this.#memory;
  }

  async randomAccess(): Promise<RandomAccess> {
    const access = await this.#openAccess();
    this.#open.push(access);
    return access;
  }

  async #openAccess(): Promise<RandomAccess> {
    if (this.#memory) return memoryAccess(this.#memory);
    const { localPath } = this.#content;
    if (localPath !== undefined) {
      // Libraries that receive the path read past the budget.
      this.budget.arrive(await storedBytes(localPath));
      return fileAccess(localPath);
    }
    return this.#spool();
  }

  /** Memory up to the limit, then a private file. */
  async #spool(): Promise<RandomAccess> {
    const { maxMemoryBytes } = this.budget.limits;
    const chunks: Uint8Array[] = [];
    let length = 0;
    let file: FileHandle | undefined;
    let path = '';
    try {
      for await (const chunk of this.stream()) {
        length += chunk.length;
        if (!file && length > maxMemoryBytes) {
          path = join(await this.tempFolder(), `spool-${randomUUID()}`);
          file = await open(path, 'wx+', 0o600);
          for (const held of chunks.splice(0)) await file.write(held);
        }
        if (file) await file.write(chunk);
        else chunks.push(chunk);
      }
    } finally {
      await file?.close();
    }
    if (file) return fileAccess(path);
    this.#memory = Buffer.concat(chunks, length);
    return memoryAccess(this.#memory);
  }

  async tempFolder(): Promise<string> {
    this.#folder ??= await makePrivateFolder();
    return this.#folder;
  }

  child(name: string, openMember: () => AsyncIterable<Uint8Array>, extra: ChildOptions = {}): Content {
    const locator = memberLocator(this.#content.locator, name);
    const hidden = extra.hidden ?? this.#content.hidden;
    return { locator, name, reopenable: false, ...extra, hidden, open: openMember };
  }

  async close(): Promise<void> {
    for (const access of this.#open.splice(0)) await access.close();
    if (this.#rest && !this.#rest.ended) await this.#rest.iterator.return?.();
    this.#rest = undefined;
    this.#memory = undefined;
    if (this.#folder) await rm(this.#folder, { recursive: true, force: true });
  }
}

function tooLarge(maxBytes: number): LeaksiftError {
  return new LeaksiftError('limit-memory', `larger than the ${maxBytes} bytes this format is read at`);
}

function memoryAccess(bytes: Buffer): RandomAccess {
  return {
    size: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
    close: async () => {},
  };
}

async function fileAccess(path: string | Buffer): Promise<RandomAccess> {
  const file = await open(path, 'r');
  const { size } = await file.stat();
  let closed = false;
  return {
    size,
    path,
    read: async (offset, length) => {
      const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - offset)));
      let done = 0;
      while (done < buffer.length) {
        const { bytesRead } = await file.read(buffer, done, buffer.length - done, offset + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return buffer.subarray(0, done);
    },
    close: async () => {
      if (closed) return;
      closed = true;
      await file.close();
    },
  };
}
