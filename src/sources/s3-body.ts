/**
 * The bytes of one object version, or a range of them. A body that is cut, ends early or hangs is resumed with Range
 * and If-Match from the last byte; one that delivers next to nothing is abandoned. Bytes that differ from those
 * listed, in number or by their MD5, are delivered with a caveat when the whole object is read, and rejected as
 * `changed` when a range is.
 */
import { createHash, type Hash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { LeaksiftError } from '../core/errors.js';
import type { ByteRange } from '../core/range.js';
import { PROGRESS_BYTES, readBody, Trickle } from './s3-body-watch.js';
import type { S3Connection } from './s3-connection.js';
import { changed, openPart, type Part, type S3Object } from './s3-part.js';

export type Reading = {
  readonly connection: S3Connection;
  readonly signal: AbortSignal;
  readonly range?: ByteRange;
  /** An object that is larger than listed is read up to here. */
  readonly maxBytes?: number;
  /** Called if the delivered bytes differ from those listed. */
  readonly caveat?: () => void;
  /** Called if the bucket keeps versions. */
  readonly versioned?: () => void;
};

const RESUME_PAUSE_MS = 100;
const EMPTY_MD5 = 'd41d8cd98f00b204e9800998ecf8427e';

export async function* readObject(object: S3Object, reading: Reading): AsyncGenerator<Uint8Array> {
  const listed = object.bytes ?? Number.POSITIVE_INFINITY;
  const { start = 0, end = Number.POSITIVE_INFINITY } = reading.range ?? {};
  const isWhole = start === 0 && end >= listed;
  // The range is empty; and the ETag of most empty objects proves it without a request.
  if ((!isWhole && start >= listed) || (listed === 0 && object.etag === EMPTY_MD5)) return;
  yield* new ObjectRead(object, reading, { start, end: Math.min(end, listed), isWhole }).bytes();
}

type Extent = ByteRange & { readonly isWhole: boolean };

/** One read of an object: its position, and the time it has waited. */
class ObjectRead {
  #at: number;
  #end: number;
  #etag: string | undefined;
  #hash: Hash | undefined;
  readonly #trickle: Trickle;

  constructor(
    private readonly object: S3Object,
    private readonly reading: Reading,
    private readonly extent: Extent,
  ) {
    this.#at = extent.start;
    this.#end = extent.end;
    this.#etag = object.etag;
    this.#trickle = new Trickle(reading.connection.tuning.patienceMs);
    if (extent.isWhole && mayBeMd5(object)) this.#hash = createHash('md5');
  }

  async *bytes(): AsyncGenerator<Uint8Array> {
    const { tuning } = this.reading.connection;
    let mark = this.#at;
    for (let failures = 0; ; ) {
      const part = await this.#open();
      if (part === undefined) return;
      const ended = yield* this.#read(part);
      if (this.#at >= this.#end || (ended.error === undefined && !Number.isFinite(this.#end))) break;
      if (this.#at - mark >= PROGRESS_BYTES) failures = 0;
      mark = this.#at;
      failures += 1;
      if (failures > tuning.resumes || this.#trickle.remainingMs <= 0)
        throw givenUp(ended.error, this.object);
      await sleep(RESUME_PAUSE_MS * failures);
    }
    if (this.#hash && this.#hash.digest('hex') !== this.#etag?.toLowerCase()) this.reading.caveat?.();
  }

  async #open(): Promise<Part | undefined> {
    const range = { start: this.#at, end: this.#end };
    const part = await openPart({ ...this.object, etag: this.#etag }, this.reading, range);
    if (part === undefined) return undefined;
    this.#etag ??= part.etag;
    if (!part.hasPlainEtag) this.#hash = undefined;
    if (part.isVersioned) this.reading.versioned?.();
    if (part.total !== undefined) this.#take(part.total, part);
    return part;
  }

  /** The length that the server names. */
  #take(total: number, { body }: Part): void {
    const { bytes } = this.object;
    const { maxBytes = Number.POSITIVE_INFINITY, caveat } = this.reading;
    if (bytes === undefined || total === bytes) {
      this.#end = Math.min(this.#end, total);
      return;
    }
    if (!this.extent.isWhole || total > maxBytes || total < this.#at) {
      body.on('error', () => {});
      body.destroy();
      throw changed(this.object, `${total} bytes instead of ${bytes}`);
    }
    this.#end = total;
    caveat?.();
  }

  async *#read({ body, total }: Part) {
    const { connection, signal, caveat } = this.reading;
    const { idleMs } = connection.tuning;
    const bodyBytes = readBody(body, this.#end - this.#at, { idleMs, signal, trickle: this.#trickle });
    try {
      for (;;) {
        const next = await bodyBytes.next();
        if (next.done) {
          // Without a length in the answer, only its end shows that it held more than was listed.
          if (next.value.hasMore && total === undefined && this.extent.isWhole) caveat?.();
          return next.value;
        }
        this.#at += next.value.length;
        this.#hash?.update(next.value);
        yield next.value;
      }
    } finally {
      await bodyBytes.return({ bytes: 0, hasMore: false });
    }
  }
}

/** Directory buckets (`--x-s3`) give ETags that are no MD5. */
function mayBeMd5({ etag, bucket }: S3Object): boolean {
  return /^[0-9a-f]{32}$/i.test(etag ?? '') && !bucket.endsWith('--x-s3');
}

function givenUp(error: unknown, { uri }: S3Object): LeaksiftError {
  const isSilent = error instanceof LeaksiftError && error.code === 'timeout';
  const why = isSilent ? error.message : 'the body was cut';
  const code = isSilent ? 'timeout' : 'read-error';
  return new LeaksiftError(code, `cannot read ${uri}: ${why}, repeatedly`, { cause: error });
}
