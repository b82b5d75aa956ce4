/** One page of a bucket's listing, with keys decoded and whatever a server may do wrong checked. */
import type { _Object } from '@aws-sdk/client-s3';
import { LeaksiftError } from '../core/errors.js';
import { decodeKey } from './s3-address.js';
import type { S3Connection } from './s3-connection.js';

export type ListedKey = {
  readonly key: string;
  readonly bytes: number;
  readonly etag?: string;
  /** True when it must be restored before it can be read. */
  readonly isArchived: boolean;
};

export type Page = { readonly keys: readonly ListedKey[]; readonly next?: string };

/** A prefix of a bucket, and how it is asked for. */
export type Listing = {
  readonly connection: S3Connection;
  readonly bucket: string;
  readonly prefix: string;
  readonly signal: AbortSignal;
  readonly requestPayer?: boolean;
};

export type Cursor = { readonly after?: string; readonly token?: string };

/** Throws LeaksiftError: a page that cannot be had ends the listing. */
export async function listPage(listing: Listing, { after, token }: Cursor): Promise<Page> {
  const { connection, bucket, prefix, signal, requestPayer } = listing;
  const input = {
    Bucket: bucket,
    Prefix: prefix === '' ? undefined : prefix,
    ContinuationToken: token,
    StartAfter: token === undefined && after !== '' ? after : undefined,
    MaxKeys: connection.tuning.pageKeys,
    // XML cannot hold control characters. The SDK asks but does not decode.
    EncodingType: 'url' as const,
    OptionalObjectAttributes: ['RestoreStatus' as const],
    RequestPayer: requestPayer ? ('requester' as const) : undefined,
  };
  const output = await connection.request({
    bucket,
    what: `cannot list s3://${bucket}`,
    signal,
    send: (client, sdk) => client.send(new sdk.ListObjectsV2Command(input), { abortSignal: signal }),
  });
  const keys = (output.Contents ?? []).map((object) => listed(object, output.EncodingType === 'url'));
  const next = output.IsTruncated ? output.NextContinuationToken : undefined;
  if (output.IsTruncated && (next === undefined || next === '' || next === token)) {
    throw new LeaksiftError('source', `cannot list s3://${bucket}: the server does not say how to go on`);
  }
  return { keys, next };
}

function listed(object: _Object, isEncoded: boolean): ListedKey {
  const key = object.Key ?? '';
  return {
    key: isEncoded ? decodeKey(key) : key,
    bytes: object.Size ?? 0,
    etag: object.ETag?.replaceAll('"', ''),
    isArchived: isArchivedClass(object.StorageClass) && object.RestoreStatus?.RestoreExpiryDate === undefined,
  };
}

/** Glacier Instant Retrieval reads like any other. */
export function isArchivedClass(storageClass: string | undefined): boolean {
  return storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE';
}
