/**
 * The bytes of one object version, or a range of them. A body that is cut, ends early or hangs is resumed
 * with Range + If-Match from the last byte; an object that changed meanwhile is `changed`. Bodies are
 * always drained or destroyed, also when the consumer stops early.
 */
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { LeaksiftError } from '../core/errors.js';
import type { ByteRange } from '../core/range.js';
import type { S3Connection } from './s3-connection.js';
import { statusOf } from './s3-error.js';

export type S3Object = {
  readonly bucket: string;
  readonly key: string;
  readonly uri: string;
  readonly etag?: string;
  readonly versionId?: string;
  readonly bytes?: number;
  readonly requestPayer?: boolean;
};

type Reading = {
  readonly connection: S3Connection;
  readonly signal: AbortSignal;
  readonly range?: ByteRange;
};

/** Progress that makes an interruption forgotten; less would let a trickle go on for ever. */
const PROGRESS_BYTES = 64 * 1024;
const RESUME_PAUSE_MS = 100;

export async function* readObject(object: S3Object, reading: Reading): AsyncGenerator<Uint8Array> {
  const { start = 0, end: asked = Number.POSITIVE_INFINITY } = reading.range ?? {};
  let end = Math.min(asked, object.bytes ?? Number.POSITIVE_INFINITY);
  let at = start;
  let mark = start;
  for (let failures = 0; at < end; ) {
    const part = await openPart(object, reading, { start: at, end });
    if (part === undefined) return;
    end = Math.min(end, part.total);
    const outcome = yield* readPart(part.body, reading, end - at);
    at += outcome.bytes;
    if (at >= end || (outcome.error === undefined && !Number.isFinite(end))) return;
    if (at - mark >= PROGRESS_BYTES) failures = 0;
    mark = at;
    failures += 1;
    if (failures > reading.connection.tuning.resumes) throw given(outcome.error, object.uri);
    await sleep(RESUME_PAUSE_MS * failures);
  }
}

type Part = { readonly body: Readable; readonly total: number };

/** Undefined when the range starts behind the end of the object. */
async function openPart(object: S3Object, reading: Reading, range: ByteRange): Promise<Part | undefined> {
  const { connection, signal } = reading;
  try {
    const output = await connection.request({
      bucket: object.bucket,
      what: `cannot read ${object.uri}`,
      signal,
      send: (client, sdk) =>
        client.send(new sdk.GetObjectCommand(inputOf(object, range)), { abortSignal: signal }),
    });
    return { body: output.Body as Readable, total: totalOf(output, range, object.uri) };
  } catch (error) {
    if (error instanceof LeaksiftError && statusOf(error.cause) === 416) return undefined;
    throw error;
  }
}

function inputOf({ bucket, key, etag, versionId, requestPayer }: S3Object, { start, end }: ByteRange) {
  // The whole object is asked for without a range: an empty one would be refused with 416.
  const last = Number.isFinite(end) ? `${end - 1}` : '';
  return {
    Bucket: bucket,
    Key: key,
    VersionId: versionId,
    IfMatch: etag === undefined ? undefined : `"${etag}"`,
    Range: start > 0 || last !== '' ? `bytes=${start}-${last}` : undefined,
    RequestPayer: requestPayer ? ('requester' as const) : undefined,
  };
}

/** Size of the whole object. A server that answered with another range than asked would corrupt offsets. */
function totalOf(output: GetObjectCommandOutput, { start }: ByteRange, uri: string): number {
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(output.ContentRange ?? '');
  if (range === null && start === 0) return output.ContentLength ?? Number.POSITIVE_INFINITY;
  if (range !== null && Number(range[1]) === start) {
    return range[2] === '*' ? Number.POSITIVE_INFINITY : Number(range[2]);
  }
  (output.Body as Readable).destroy();
  throw new LeaksiftError('read-error', `cannot read ${uri}: the server does not serve ranges`);
}

/** Yields the body; returns how far it got and why it stopped. `limit` cuts a body longer than asked. */
async function* readPart(body: Readable, { connection, signal }: Reading, limit: number) {
  const watch = watchBody(body, connection.tuning.idleMs, signal);
  let bytes = 0;
  try {
    for await (const chunk of watch.chunks) {
      const wanted = chunk.subarray(0, limit - bytes);
      bytes += wanted.length;
      if (wanted.length > 0) yield wanted;
      // The end is waited for although all bytes are there: only then the connection is used again.
      if (wanted.length < chunk.length) break;
    }
    return { bytes };
  } catch (error) {
    if (signal.aborted) throw new LeaksiftError('interrupted', 'interrupted', { cause: error });
    return { bytes, error };
  } finally {
    watch.stop();
  }
}

/** Destroys the body when it is silent for too long or the run is aborted. Slow consumers are no silence. */
function watchBody(body: Readable, idleMs: number, signal: AbortSignal) {
  const abort = () => body.destroy(new LeaksiftError('interrupted', 'interrupted'));
  const hang = () => body.destroy(new LeaksiftError('timeout', `no bytes for ${idleMs / 1000} s`));
  signal.addEventListener('abort', abort, { once: true });
  // Without a listener an error between two reads would end the process.
  body.on('error', () => {});
  async function* chunks(): AsyncGenerator<Uint8Array> {
    const iterator = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
    for (;;) {
      const timer = setTimeout(hang, idleMs);
      const next = await iterator.next().finally(() => clearTimeout(timer));
      if (next.done) return;
      yield next.value;
    }
  }
  const stop = () => {
    signal.removeEventListener('abort', abort);
    // After the end this does nothing; before it, the socket is freed.
    body.destroy();
  };
  return { chunks: chunks(), stop };
}

function given(error: unknown, uri: string): LeaksiftError {
  const isHung = error instanceof LeaksiftError && error.code === 'timeout';
  const why = isHung ? 'the body hung' : 'the body was cut';
  return new LeaksiftError(isHung ? 'timeout' : 'read-error', `cannot read ${uri}: ${why} again and again`, {
    cause: error,
  });
}
