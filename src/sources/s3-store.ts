/**
 * Files kept under a prefix of a bucket: whole objects in, whole files out, so that nothing half written is
 * ever seen. Speaks through the same connection as the source. Refuses what one PutObject cannot hold.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { codeOf, LeaksiftError } from '../core/errors.js';
import type { SourceContext } from '../core/source.js';
import { parseS3Address, s3Uri } from './s3-address.js';
import { readObject } from './s3-body.js';
import { DEFAULT_TUNING, S3Connection } from './s3-connection.js';
import { listParallel } from './s3-list.js';

const MAX_PUT_BYTES = 5 * 1024 ** 3;
/** Smaller files are sent from memory, which spares reading them twice for the signature. */
const MEMORY_BYTES = 16 * 1024 * 1024;

export class S3Store {
  readonly #connection: S3Connection;
  readonly #bucket: string;
  readonly #prefix: string;

  /** Throws `usage` for what is no address. */
  constructor(
    address: string,
    private readonly context: Pick<SourceContext, 'options' | 'signal'>,
  ) {
    const { bucket, prefix } = parseS3Address(address);
    this.#bucket = bucket;
    this.#prefix = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
    this.#connection = new S3Connection(context.options.s3, DEFAULT_TUNING);
  }

  /** True when what stands here would be listed under that address. */
  isUnder(address: string): boolean {
    const { bucket, prefix } = parseS3Address(address);
    return bucket === this.#bucket && this.#prefix.startsWith(prefix);
  }

  /** The names that are there, below `folder`. */
  async list(folder = ''): Promise<Set<string>> {
    const names = new Set<string>();
    const prefix = `${this.#prefix}${folder}`;
    const { options, signal } = this.context;
    const { requestPayer } = options.s3;
    const listing = { connection: this.#connection, bucket: this.#bucket, prefix, signal, requestPayer };
    for await (const page of listParallel(listing))
      for (const { key } of page) names.add(key.slice(this.#prefix.length));
    return names;
  }

  /** Writes the object to a file. False when it is not there. */
  async fetch(name: string, path: string): Promise<boolean> {
    const key = this.#prefix + name;
    const uri = s3Uri(this.#bucket, key);
    const { options, signal } = this.context;
    const { requestPayer } = options.s3;
    const part = `${path}.fetched`;
    try {
      const object = { bucket: this.#bucket, key, uri, requestPayer };
      await pipeline(
        readObject(object, { connection: this.#connection, signal }),
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

  /** Puts a whole file. With `onlyNew` false says that somebody else has put one. Throws `output`. */
  async put(name: string, path: string, { onlyNew = false } = {}): Promise<boolean> {
    const key = this.#prefix + name;
    const uri = s3Uri(this.#bucket, key);
    const { size } = await stat(path);
    if (size > MAX_PUT_BYTES) throw new LeaksiftError('output', `${uri}: larger than one object may be`);
    const { options, signal } = this.context;
    const input = {
      Bucket: this.#bucket,
      Key: key,
      ContentLength: size,
      ...(onlyNew && { IfNoneMatch: '*' }),
      ...(options.s3.requestPayer && { RequestPayer: 'requester' as const }),
    };
    try {
      await this.#connection.request({
        bucket: this.#bucket,
        what: `cannot write ${uri}`,
        signal,
        send: async (client, sdk) => {
          const Body = size <= MEMORY_BYTES ? await readFile(path) : createReadStream(path);
          return client.send(new sdk.PutObjectCommand({ ...input, Body }), { abortSignal: signal });
        },
      });
      return true;
    } catch (error) {
      if (onlyNew && codeOf(error) === 'changed') return false;
      if (codeOf(error) === 'interrupted') throw error;
      throw new LeaksiftError('output', (error as Error).message, { cause: error });
    }
  }

  close(): void {
    this.#connection.close();
  }
}
