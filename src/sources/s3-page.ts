/**
 * One page of a bucket's listing: current versions (ListObjectsV2), with keys decoded. Rejects a page that S3 would
 * not send: it could hide keys.
 */
import type { _Object } from '@aws-sdk/client-s3';
import { LeaksiftError } from '../core/errors.js';
import { decodeKey } from './s3-address.js';
import type { S3Connection } from './s3-connection.js';
import { bareEtag } from './s3-part.js';

export type ListedKey = {
  readonly key: string;
  /** Undefined if the listing does not give it. */
  readonly bytes?: number;
  /** True if the listing gives a size below 0. */
  readonly hasWrongSize?: boolean;
  readonly etag?: string;
  readonly versionId?: string;
  /** True if it must be restored before it can be read. */
  readonly isArchived: boolean;
  /** True for the marker that a deletion leaves in a versioned bucket. */
  readonly isDeleteMarker?: boolean;
  /** False for versions that a later one, or a delete marker, replaces. */
  readonly isCurrent?: boolean;
};

export type Page = { readonly keys: readonly ListedKey[]; readonly next?: string };

/** A prefix of a bucket, and how to list it. */
export type Listing = {
  readonly connection: S3Connection;
  readonly bucket: string;
  readonly prefix: string;
  readonly signal: AbortSignal;
  readonly requestPayer?: boolean;
  /** Reads one page. Keys ascend; those of one key are adjacent. */
  readonly readPage: (listing: Listing, cursor: Cursor) => Promise<Page>;
};

export type Cursor = { readonly after?: string; readonly token?: string };

/** Throws LeaksiftError: a page that fails ends the listing. */
export async function listPage(listing: Listing, { after, token }: Cursor): Promise<Page> {
  const { connection, bucket, signal } = listing;
  const input = {
    ...inputOf(listing),
    ContinuationToken: token,
    StartAfter: token === undefined && after !== '' ? after : undefined,
    OptionalObjectAttributes: ['RestoreStatus' as const],
  };
  const output = await connection.request({
    bucket,
    what: `cannot list s3://${bucket}`,
    action: 's3:ListBucket',
    signal,
    send: (client, sdk, within) =>
      client.send(new sdk.ListObjectsV2Command(input), { ...within, abortSignal: signal }),
  });
  const { Contents = [], EncodingType, KeyCount, NextContinuationToken: next } = output;
  const keys = Contents.map((object) => listedKey(object, EncodingType === 'url', bucket));
  if (KeyCount !== undefined && KeyCount !== keys.length)
    throw notAPage(bucket, `it counts ${KeyCount} keys and holds ${keys.length}`);
  checkPage(listing, keys, output);
  if (!output.IsTruncated && next)
    throw notAPage(bucket, 'it is marked as the last page but has a token for another');
  if (output.IsTruncated && (!next || next === token))
    throw notAPage(bucket, 'it has no token for the next page');
  return { keys, next: output.IsTruncated ? next : undefined };
}

export function inputOf({ bucket, prefix, connection, requestPayer }: Listing) {
  return {
    Bucket: bucket,
    Prefix: prefix === '' ? undefined : prefix,
    MaxKeys: connection.tuning.pageKeys,
    // XML cannot represent control characters. The SDK requests the encoding but does not decode.
    EncodingType: 'url' as const,
    RequestPayer: requestPayer ? ('requester' as const) : undefined,
  };
}

type PageState = { readonly IsTruncated?: boolean; readonly CommonPrefixes?: readonly unknown[] };

/** Checks that apply to both kinds of pages. Throws `source`. */
export function checkPage({ bucket, prefix }: Listing, keys: readonly ListedKey[], state: PageState): void {
  if (state.IsTruncated === undefined) throw notAPage(bucket, 'it does not say whether it is the last page');
  if ((state.CommonPrefixes ?? []).length > 0)
    throw notAPage(bucket, 'it holds prefixes instead of the keys below them');
  if (keys.some(({ key }) => !key.startsWith(prefix)))
    throw notAPage(bucket, 'a key is not below the prefix');
}

/** The fault of a page that S3 would not send. */
export function notAPage(bucket: string, why: string): LeaksiftError {
  return new LeaksiftError('source', `cannot list s3://${bucket}: a page of the listing is invalid: ${why}`);
}

type Entry = Pick<_Object, 'Key' | 'ETag' | 'Size' | 'StorageClass' | 'RestoreStatus'>;

/** Throws `source` for an entry without the fields of every object. */
export function listedKey(object: Entry, isEncoded: boolean, bucket: string): ListedKey {
  const { Key = '', Size, StorageClass, RestoreStatus } = object;
  const etag = bareEtag(object.ETag);
  if (Key === '') throw notAPage(bucket, 'an object has no key');
  if (Size === undefined) throw notAPage(bucket, 'an object has no size');
  if (!Number.isSafeInteger(Size)) throw notAPage(bucket, 'the size of an object is not a number');
  if (etag === undefined) throw notAPage(bucket, 'an object has no ETag');
  return {
    key: isEncoded ? decodeKey(Key) : Key,
    ...(Size >= 0 ? { bytes: Size } : { hasWrongSize: true }),
    etag,
    isArchived: isArchivedClass(StorageClass) && RestoreStatus?.RestoreExpiryDate === undefined,
  };
}

/** Glacier Instant Retrieval reads like any other. */
export function isArchivedClass(storageClass: string | undefined): boolean {
  return storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE';
}
