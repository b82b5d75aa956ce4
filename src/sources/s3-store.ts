/**
 * Files under a prefix of a bucket: written as whole objects, read as whole files or ranges, so that no reader sees a
 * partial file. Uses the same connection as the source.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { codeOf, LeaksiftError } from '../core/errors.js';
import type { ByteRange } from '../core/range.js';
import type { SourceContext } from '../core/source.js';
import { parseS3Address, s3Uri } from './s3-address.js';
import { readObject } from './s3-body.js';
import { DEFAULT_TUNING, S3Connection } from './s3-connection.js';
import { listParallel } from './s3-list.js';
import { putInParts } from './s3-multipart.js';
import { listPage } from './s3-page.js';

/** The most that one PutObject holds. */
const MAX_PUT_BYTES = 5 * 1024 ** 3;
/** Smaller files are sent from memory: otherwise signing would read them twice. */
const MEMORY_BYTES = 16 * 1024 * 1024;

export class S3Store {
  readonly #connection: S3Connection;
  readonly #bucket: string;
  readonly #prefix: string;

  /** Throws `usage` for an invalid address. */
  constructor(
    address: string,
    private readonly context: Pick<SourceContext, 'options' | 'signal'>,
  ) {
    const { bucket, prefix } = parseS3Address(address);
    this.#bucket = bucket;
    this.#prefix = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
    this.#connection = new S3Connection(context.options.s3, DEFAULT_TUNING);
  }

  /** True when these files would be listed under that address. */
  isUnder(address: string): boolean {
    const { bucket, prefix } = parseS3Address(address);
    return bucket === this.#bucket && this.#prefix.startsWith(prefix);
  }

  /** The existing names, with their sizes. */
  async list(): Promise<Map<string, number>> {
    const names = new Map<string, number>();
    const { options, signal } = this.context;
    const { requestPayer } = options.s3;
    const prefix = this.#prefix;
    const where = { connection: this.#connection, bucket: this.#bucket, prefix };
    for await (const page of listParallel({ ...where, signal, requestPayer, readPage: listPage }))
      for (const { key, bytes = 0 } of page) names.set(key.slice(prefix.length), bytes);
    return names;
  }

  /** A range of an object's bytes. */
  async *read(name: string, range: ByteRange): AsyncGenerator<Buffer> {
    const { signal } = this.context;
    const reading = { connection: this.#connection, signal, range };
    for await (const { buffer, byteOffset, byteLength } of readObject(this.#objectOf(name), reading))
      yield Buffer.from(buffer, byteOffset, byteLength);
  }

  /** Writes the object to a file. False if it does not exist. */
  async fetch(name: string, path: string): Promise<boolean> {
    const { signal } = this.context;
    const part = `${path}.fetched`;
    try {
      await pipeline(
        readObject(this.#objectOf(name), { connection: this.#connection, signal }),
        createWriteStream(part, { mode: 0o600 }),
      );
      await rename(part, path);
      return true;
    } catch (error) {
      await rm(part, { force: true });
      if (codeOf(error) === 'not-found') return false;
      throw error;
    }
  }

  /** Uploads a whole file, or an empty object. With `onlyNew`, false means that the object exists. Throws `output`. */
  async put(name: string, path: string | undefined, { onlyNew = false } = {}): Promise<boolean> {
    const size = path === undefined ? 0 : (await stat(path)).size;
    try {
      // Not every server that supports the condition supports it for parts.
      if (path === undefined || size <= (onlyNew ? MAX_PUT_BYTES : MEMORY_BYTES))
        await this.#putAtOnce(name, { path, size, onlyNew });
      else await putInParts(path, size, { ...this.#targetOf(name), onlyNew });
      return true;
    } catch (error) {
      if (onlyNew && codeOf(error) === 'changed') return false;
      if (codeOf(error) === 'interrupted') throw error;
      throw new LeaksiftError('output', (error as Error).message, { cause: error });
    }
  }

  async #putAtOnce(
    name: string,
    { path, size, onlyNew }: { path: string | undefined; size: number; onlyNew: boolean },
  ): Promise<void> {
    const { connection, input, what, signal } = this.#targetOf(name);
    const whole = { ...input, ContentLength: size, ...(onlyNew && { IfNoneMatch: '*' }) };
    await connection.request({
      bucket: this.#bucket,
      what,
      action: 's3:PutObject',
      signal,
      send: async (client, sdk) => {
        const Body = path === undefined ? '' : await bodyOf(path, size);
        return client.send(new sdk.PutObjectCommand({ ...whole, Body }), { abortSignal: signal });
      },
    });
  }

  #targetOf(name: string) {
    const what = `cannot write ${this.#objectOf(name).uri}`;
    return { connection: this.#connection, input: this.#inputOf(name), what, signal: this.context.signal };
  }

  /** Throws without the permission. */
  async remove(name: string): Promise<void> {
    const { signal } = this.context;
    await this.#connection.request({
      bucket: this.#bucket,
      what: `cannot delete ${this.#objectOf(name).uri}`,
      action: 's3:DeleteObject',
      signal,
      send: (client, sdk) =>
        client.send(new sdk.DeleteObjectCommand(this.#inputOf(name)), { abortSignal: signal }),
    });
  }

  close(): void {
    this.#connection.close();
  }

  #objectOf(name: string) {
    const { requestPayer } = this.context.options.s3;
    const key = this.#prefix + name;
    return { bucket: this.#bucket, key, uri: s3Uri(this.#bucket, key), requestPayer };
  }

  #inputOf(name: string) {
    const { bucket, key, requestPayer } = this.#objectOf(name);
    return { Bucket: bucket, Key: key, ...(requestPayer && { RequestPayer: 'requester' as const }) };
  }
}

async function bodyOf(path: string, size: number) {
  return size <= MEMORY_BYTES ? readFile(path) : createReadStream(path);
}
