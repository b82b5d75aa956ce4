/**
 * One page of all versions in a bucket (ListObjectVersions): objects, and the markers of deletions. Output: keys
 * ascending, the versions of one key adjacent and in the order of their ids, which does not change when versions are
 * added.
 */
import type { DeleteMarkerEntry, ObjectVersion } from '@aws-sdk/client-s3';
import { compareNames } from './local-path.js';
import { decodeKey } from './s3-address.js';
import {
  type Cursor,
  checkPage,
  inputOf,
  type ListedKey,
  type Listing,
  listedKey,
  notAPage,
  type Page,
} from './s3-page.js';

/** Throws LeaksiftError: a page that fails ends the listing. */
export async function listVersionsPage(listing: Listing, { after, token }: Cursor): Promise<Page> {
  const { connection, bucket, signal } = listing;
  const markers = token === undefined ? { KeyMarker: after === '' ? undefined : after } : JSON.parse(token);
  const input = { ...inputOf(listing), ...markers };
  const output = await connection.request({
    bucket,
    what: `cannot list the versions in s3://${bucket}`,
    action: 's3:ListBucketVersions',
    signal,
    send: (client, sdk, within) =>
      client.send(new sdk.ListObjectVersionsCommand(input), { ...within, abortSignal: signal }),
  });
  const isEncoded = output.EncodingType === 'url';
  const keys = [
    ...(output.Versions ?? []).map((version) => versionOf(version, isEncoded, bucket)),
    ...(output.DeleteMarkers ?? []).map((marker) => markerOf(marker, isEncoded, bucket)),
  ];
  keys.sort((a, b) => compareNames(a.key, b.key));
  checkPage(listing, keys, output);
  if (!output.IsTruncated) return { keys };
  const { NextKeyMarker = '', NextVersionIdMarker } = output;
  if (NextKeyMarker === '') throw notAPage(bucket, 'it has no token for the next page');
  const next = JSON.stringify({
    KeyMarker: isEncoded ? decodeKey(NextKeyMarker) : NextKeyMarker,
    VersionIdMarker: NextVersionIdMarker || undefined,
  });
  if (next === token) throw notAPage(bucket, 'it has no token for the next page');
  return { keys, next };
}

function versionOf(version: ObjectVersion, isEncoded: boolean, bucket: string): ListedKey {
  return { ...listedKey(version, isEncoded, bucket), ...idOf(version, bucket) };
}

function markerOf(marker: DeleteMarkerEntry, isEncoded: boolean, bucket: string): ListedKey {
  const { Key = '' } = marker;
  if (Key === '') throw notAPage(bucket, 'a delete marker has no key');
  const key = isEncoded ? decodeKey(Key) : Key;
  return { key, isArchived: false, isDeleteMarker: true, ...idOf(marker, bucket) };
}

function idOf({ VersionId, IsLatest }: ObjectVersion | DeleteMarkerEntry, bucket: string) {
  // A `;` would end the ETag in an item's version.
  if (!VersionId || VersionId.includes(';')) throw notAPage(bucket, 'a version has no id');
  return { versionId: VersionId, isCurrent: IsLatest === true };
}

/** One page per key: its versions in the order of their ids. Holds the versions of one key, 0.2 KB each. */
export async function* groupVersions(
  pages: AsyncIterable<readonly ListedKey[]>,
  bucket: string,
): AsyncGenerator<readonly ListedKey[]> {
  let group: ListedKey[] = [];
  for await (const page of pages) {
    for (const listed of page) {
      if (group[0] && group[0].key !== listed.key) {
        yield inOrder(group, bucket);
        group = [];
      }
      group.push(listed);
    }
  }
  if (group.length > 0) yield inOrder(group, bucket);
}

function inOrder(group: readonly ListedKey[], bucket: string): readonly ListedKey[] {
  const sorted = group.toSorted((a, b) => compareNames(a.versionId ?? '', b.versionId ?? ''));
  const isTwice = sorted.some(({ versionId }, i) => i > 0 && versionId === sorted[i - 1]?.versionId);
  if (isTwice) throw notAPage(bucket, 'a version is listed twice');
  return sorted;
}
