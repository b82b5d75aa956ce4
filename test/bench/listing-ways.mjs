/** Two ways to list a bucket, and shapes of keys. */
import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { createS3Source } from '../../dist/sources/s3.js';

export const SHAPES = {
  counter: (i) => `scan-${String(i).padStart(8, '0')}.pdf`,
  dates: (i) =>
    `mail/${2000 + (i % 25)}/${String(1 + (i % 12)).padStart(2, '0')}/${String(i).padStart(7, '0')}.eml`,
  hashes: (i) => `${(Math.imul(i, 2654435761) >>> 0).toString(16).padStart(8, '0')}/object`,
};

/** As `leaksift scan` lists. */
export async function* listPrefix(endpoint) {
  const source = createS3Source();
  const s3 = { endpoint, region: 'eu-west-3', noSignRequest: true };
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const context = {
    options: { include: [], exclude: [], followSymlinks: false, s3 },
    limits: { timeoutMs: 600_000, maxFileBytes: Number.POSITIVE_INFINITY },
    signal: new AbortController().signal,
    log,
  };
  for await (const { target } of source.list('s3://bucket', context)) yield [target.slice('bucket/'.length)];
  await source.close();
}

/** The paginator of the SDK. It awaits each page before it asks for the next. */
export async function* paginate(endpoint) {
  const client = new S3Client({
    endpoint,
    region: 'eu-west-3',
    forcePathStyle: true,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  for await (const { Contents = [] } of paginateListObjectsV2(
    { client },
    { Bucket: 'bucket', EncodingType: 'url' },
  ))
    yield Contents.map(({ Key }) => decodeURIComponent(Key));
  client.destroy();
}
