/** Pages of listings as S3 writes them, made from the objects of the fault server. */
import { createHash } from 'node:crypto';

/** A version that another one has replaced; without a body it is a delete marker. */
export type OldVersion = { readonly versionId: string; readonly body?: Buffer };
export type Listed = {
  readonly body: Buffer;
  readonly storageClass?: string;
  readonly restored?: boolean;
  readonly versionId?: string;
  readonly older?: readonly OldVersion[];
};

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';
const RESTORED =
  '<RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress><RestoreExpiryDate>2099-01-01T00:00:00Z</RestoreExpiryDate></RestoreStatus>';

const md5 = (body: Buffer) => createHash('md5').update(body).digest('hex');
const tag = (name: string, text: string | number | boolean) => `<${name}>${text}</${name}>`;

function pageOf<T>(entries: readonly T[], query: URLSearchParams) {
  const max = Number(query.get('max-keys') ?? 1000);
  return { page: entries.slice(0, max), isTruncated: entries.length > max };
}

/** ListObjectsV2. */
export function listingOf(bucket: string, query: URLSearchParams, objects: Map<string, Listed>): string {
  const prefix = query.get('prefix') ?? '';
  const after = decodeURIComponent(query.get('continuation-token') ?? '') || (query.get('start-after') ?? '');
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
  const { page, isTruncated } = pageOf(keys, query);
  const contents = page.map((key) => {
    const { body, storageClass = 'STANDARD', restored } = objects.get(key) as Listed;
    const entry = [
      tag('Key', encodeURIComponent(key)),
      tag('LastModified', '2024-01-01T00:00:00.000Z'),
      tag('ETag', `"${md5(body)}"`),
      tag('Size', body.length),
      tag('StorageClass', storageClass),
    ];
    return tag('Contents', entry.join('') + (restored ? RESTORED : ''));
  });
  const next = isTruncated ? tag('NextContinuationToken', encodeURIComponent(page.at(-1) as string)) : '';
  const fields = [
    tag('Name', bucket),
    tag('Prefix', encodeURIComponent(prefix)),
    tag('KeyCount', page.length),
    tag('MaxKeys', query.get('max-keys') ?? 1000),
    tag('EncodingType', 'url'),
    tag('IsTruncated', isTruncated),
  ];
  return `${HEAD}${tag('ListBucketResult', fields.join('') + next + contents.join(''))}`;
}

type Version = {
  readonly key: string;
  readonly versionId: string;
  readonly body?: Buffer;
  readonly isLatest: boolean;
};

/** ListObjectVersions: of each key the newest first. */
export function versionsOf(bucket: string, query: URLSearchParams, objects: Map<string, Listed>): string {
  const prefix = query.get('prefix') ?? '';
  const [keyMarker, idMarker] = [query.get('key-marker') ?? '', query.get('version-id-marker')];
  const all = [...objects]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, object]) => versions(key, object));
  const at = all.findIndex(({ key, versionId }) => key === keyMarker && versionId === idMarker);
  const behind = idMarker === null ? all.filter(({ key }) => key > keyMarker) : all.slice(at + 1);
  const { page, isTruncated } = pageOf(
    behind.filter(({ key }) => key.startsWith(prefix)),
    query,
  );
  const last = page.at(-1);
  const next =
    isTruncated && last
      ? tag('NextKeyMarker', encodeURIComponent(last.key)) + tag('NextVersionIdMarker', last.versionId)
      : '';
  const fields = [tag('Name', bucket), tag('EncodingType', 'url'), tag('IsTruncated', isTruncated)];
  return `${HEAD}${tag('ListVersionsResult', fields.join('') + next + page.map(entryOf).join(''))}`;
}

function versions(key: string, { body, versionId = 'null', older = [] }: Listed): Version[] {
  return [
    { key, versionId, body, isLatest: true },
    ...older.map((old) => ({ key, ...old, isLatest: false })),
  ];
}

function entryOf({ key, versionId, body, isLatest }: Version): string {
  const common = [
    tag('Key', encodeURIComponent(key)),
    tag('VersionId', versionId),
    tag('IsLatest', isLatest),
    tag('LastModified', '2024-01-01T00:00:00.000Z'),
  ].join('');
  if (!body) return tag('DeleteMarker', common);
  return tag(
    'Version',
    `${common}${tag('ETag', `"${md5(body)}"`)}${tag('Size', body.length)}${tag('StorageClass', 'STANDARD')}`,
  );
}
