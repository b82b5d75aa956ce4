/**
 * Requests an object version, or a range of it, and checks that the answer matches the listed one: ETag, version and
 * range. Output: the body, not yet read, and the facts of the answer about the whole object.
 */
import type { Readable } from 'node:stream';
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { LeaksiftError } from '../core/errors.js';
import type { ByteRange } from '../core/range.js';
import type { S3Connection } from './s3-connection.js';
import { statusOf } from './s3-error.js';

export type S3Object = {
  readonly bucket: string;
  readonly key: string;
  readonly uri: string;
  /** As listed, without quotes. */
  readonly etag?: string;
  readonly versionId?: string;
  /** As listed. */
  readonly bytes?: number;
  readonly requestPayer?: boolean;
};

export type Part = {
  readonly body: Readable;
  /** Bytes of the whole object; undefined if the answer does not give them. */
  readonly total: number | undefined;
  readonly etag: string | undefined;
  /** True if an ETag in MD5 form is the MD5 of the bytes: not for objects encrypted with a key. */
  readonly hasPlainEtag: boolean;
  /** True if the bucket keeps versions. */
  readonly isVersioned: boolean;
};

type Asking = { readonly connection: S3Connection; readonly signal: AbortSignal };

/**
 * Undefined if the range starts after the end of an object of unknown length. Throws `changed` if the answer does not
 * match the listed object.
 */
export async function openPart(
  object: S3Object,
  asking: Asking,
  range: ByteRange,
): Promise<Part | undefined> {
  const { connection, signal } = asking;
  const { bucket, versionId } = object;
  try {
    const output = await connection.request({
      bucket,
      what: `cannot read ${object.uri}`,
      action: versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion',
      signal,
      send: (client, sdk, within) =>
        client.send(new sdk.GetObjectCommand(inputOf(object, range)), { ...within, abortSignal: signal }),
    });
    return partOf(output, object, range);
  } catch (error) {
    if (!(error instanceof LeaksiftError) || statusOf(error.cause) !== 416) throw error;
    if (object.bytes === undefined) return undefined;
    throw changed(object, `the server reports no byte ${range.start}`, error);
  }
}

function inputOf({ bucket, key, etag, versionId, requestPayer }: S3Object, { start, end }: ByteRange) {
  // S3 answers an empty range with 416.
  const last = Number.isFinite(end) && end > start ? `${end - 1}` : '';
  return {
    Bucket: bucket,
    Key: key,
    VersionId: versionId,
    IfMatch: etag === undefined ? undefined : `"${etag}"`,
    Range: start > 0 || last !== '' ? `bytes=${start}-${last}` : undefined,
    RequestPayer: requestPayer ? ('requester' as const) : undefined,
  };
}

function partOf(output: GetObjectCommandOutput, object: S3Object, range: ByteRange): Part {
  const body = output.Body as Readable;
  try {
    const etag = bareEtag(output.ETag);
    if (object.etag !== undefined && etag !== object.etag)
      throw changed(object, etag === undefined ? 'the answer has no ETag' : 'the answer has another ETag');
    if (object.versionId !== undefined && (output.VersionId ?? object.versionId) !== object.versionId)
      throw changed(object, 'the answer is of another version');
    const total = totalOf(output, object, range);
    return {
      body,
      total,
      etag,
      hasPlainEtag: hasPlainEtag(output),
      isVersioned: output.VersionId !== undefined,
    };
  } catch (error) {
    body.on('error', () => {});
    body.destroy();
    throw error;
  }
}

/** Bytes of the whole object. Another range than requested would corrupt offsets. */
function totalOf(
  output: GetObjectCommandOutput,
  { uri }: S3Object,
  { start }: ByteRange,
): number | undefined {
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(output.ContentRange ?? '');
  if (range === null && start === 0 && output.ContentRange === undefined) return output.ContentLength;
  if (range === null || Number(range[1]) !== start)
    throw new LeaksiftError('read-error', `cannot read ${uri}: the server does not serve ranges`);
  return range[2] === '*' ? undefined : Number(range[2]);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html: with KMS and customer keys it is no MD5. */
function hasPlainEtag({ ServerSideEncryption, SSECustomerAlgorithm }: GetObjectCommandOutput): boolean {
  return SSECustomerAlgorithm === undefined && !`${ServerSideEncryption}`.startsWith('aws:kms');
}

export function bareEtag(etag: string | undefined): string | undefined {
  return etag?.replace(/^W\//, '').replaceAll('"', '') || undefined;
}

export function changed({ uri }: S3Object, why: string, cause?: unknown): LeaksiftError {
  return new LeaksiftError('changed', `${uri} is not what was listed: ${why}`, { cause });
}
