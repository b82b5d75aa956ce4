import { createHash, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import {
  CreateBucketCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Item } from '../../src/core/source.js';
import { createS3Source } from '../../src/sources/s3.js';
import { codeOfRejection, contextOf, listAll, readItem } from './context.js';
import { type Rgw, rgwClient, rgwMissing, startRgw } from './rgw.js';

/** In byte order. Each has tripped a client that takes keys for paths, URLs or XML. */
const ODD_KEYS = [
  '\u0001control',
  ' leading space',
  '%2e%2e/%00',
  '+plus and space',
  '../up',
  './dot',
  '//x',
  '/x',
  'a/../b',
  'dir/',
  'dir/file',
  'new\nline\r\ttab',
  'quote"\'<&>;',
  's3://b/k?versionId=1#f',
  `${'long/'.repeat(204)}1234`,
  'é/ÿ',
  '日本/\u2028',
  '😀',
].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

describe.skipIf(rgwMissing())('S3 source on Ceph RGW', () => {
  const bucket = `odd-${process.pid}`;
  const many = `many-${process.pid}`;
  const source = createS3Source();
  let rgw: Rgw;
  let client: S3Client;
  const context = (s3: object = {}) => contextOf({ s3: { endpoint: rgw.endpoint, ...s3 } });
  const put = (Bucket: string, Key: string, Body: string | Buffer, extra: object = {}) =>
    client.send(new PutObjectCommand({ Bucket, Key, Body, ...extra }));

  beforeAll(async () => {
    rgw = await startRgw();
    client = rgwClient(rgw);
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    await client.send(new CreateBucketCommand({ Bucket: many }));
    for (const key of ODD_KEYS) await put(bucket, key, key === 'dir/' ? '' : `body of ${key}`);
  });
  afterAll(async () => {
    client?.destroy();
    await source.close?.();
  });

  it('lists and reads odd keys', async () => {
    const items = await listAll(source, `s3://${bucket}`, context());
    expect(items.map(({ target }) => target.slice(bucket.length + 1))).toEqual(ODD_KEYS);
    const bodies = await Promise.all(items.map((item) => readItem(source, item, context())));
    expect(bodies.map(String)).toEqual(ODD_KEYS.map((key) => (key === 'dir/' ? '' : `body of ${key}`)));
    expect(items.map(({ uri }) => uri).filter((uri) => /\p{Cc}|\u2028/u.test(uri))).toEqual([]);
  });

  it('lists below a prefix with odd characters', async () => {
    const items = await listAll(source, `s3://${bucket}/new\nline`, context());
    expect(items.map(({ uri }) => uri)).toEqual([`s3://${bucket}/new%0Aline%0D%09tab`]);
  });

  it("refuses wrong credentials and other people's buckets", async () => {
    process.env.AWS_ACCESS_KEY_ID = 'OTHERKEY';
    process.env.AWS_SECRET_ACCESS_KEY = 'OTHERSECRET';
    const other = createS3Source();
    expect(await codeOfRejection(listAll(other, `s3://${bucket}`, context()))).toBe('access-denied');
    process.env.AWS_ACCESS_KEY_ID = 'NOBODY';
    const nobody = createS3Source();
    expect(await codeOfRejection(listAll(nobody, `s3://${bucket}`, context()))).toBe('access-denied');
    process.env.AWS_ACCESS_KEY_ID = rgw.accessKey;
    process.env.AWS_SECRET_ACCESS_KEY = rgw.secretKey;
    await Promise.all([other.close?.(), nobody.close?.()]);
  });

  it('reads public buckets without credentials, names what is private in them', async () => {
    const Bucket = `public-${process.pid}`;
    await client.send(new CreateBucketCommand({ Bucket, ACL: 'public-read' }));
    await put(Bucket, 'open', 'for all', { ACL: 'public-read' });
    await put(Bucket, 'private', 'for me');
    await client.send(new PutObjectAclCommand({ Bucket, Key: 'private', ACL: 'private' }));
    const anonymous = context({ noSignRequest: true });
    const [open, secret] = await listAll(source, `s3://${Bucket}`, anonymous);
    expect(String(await readItem(source, open as Item, anonymous))).toBe('for all');
    expect(await codeOfRejection(readItem(source, secret as Item, anonymous))).toBe('access-denied');
    expect(await codeOfRejection(listAll(source, `s3://${bucket}`, anonymous))).toBe('access-denied');
  });

  it('names objects under a customer key', async () => {
    const key = randomBytes(32);
    const Bucket = `ssec-${process.pid}`;
    await client.send(new CreateBucketCommand({ Bucket }));
    await put(Bucket, 'locked', 'secret', {
      SSECustomerAlgorithm: 'AES256',
      SSECustomerKey: key.toString('base64'),
      SSECustomerKeyMD5: createHash('md5').update(key).digest('base64'),
    });
    const [item] = await listAll(source, `s3://${Bucket}`, context());
    expect(await codeOfRejection(readItem(source, item as Item, context()))).toBe(
      'encrypted-with-customer-key',
    );
  });

  it('lists thousands of keys in parallel, each once and in order', { timeout: 60_000 }, async () => {
    const keys = Array.from({ length: 1200 }, (_none, i) =>
      i % 3 === 0 ? `flat-${String(i).padStart(6, '0')}.txt` : `tree/${i % 7}/${(i * 7919) % 1201}/leaf-${i}`,
    );
    for (let from = 0; from < keys.length; from += 50) {
      await Promise.all(keys.slice(from, from + 50).map((key) => put(many, key, key)));
    }
    const small = createS3Source({ pageKeys: 20, listWays: 16 });
    const items = await listAll(small, `s3://${many}`, context());
    await small.close?.();
    expect(items.map(({ target }) => target.slice(many.length + 1))).toEqual(keys.sort());
  });

  it('takes an S3 Inventory as the listing', async () => {
    const Bucket = `inventory-${process.pid}`;
    await client.send(new CreateBucketCommand({ Bucket }));
    const rows = ODD_KEYS.map((key) => {
      const encoded = encodeURIComponent(key).replaceAll('%20', '+');
      return `"${bucket}","${encoded}","${Buffer.byteLength(key)}","${'0'.repeat(32)}","${key === 'dir/' ? 'GLACIER' : 'STANDARD'}"\n`;
    });
    const data = gzipSync(rows.join(''));
    const manifest = {
      sourceBucket: bucket,
      destinationBucket: `arn:aws:s3:::${Bucket}`,
      version: '2016-11-30',
      fileFormat: 'CSV',
      fileSchema: 'Bucket, Key, Size, ETag, StorageClass',
      files: [
        {
          key: 'inv/data/1.csv.gz',
          size: data.length,
          MD5checksum: createHash('md5').update(data).digest('hex'),
        },
      ],
    };
    await put(Bucket, 'inv/data/1.csv.gz', data);
    await put(Bucket, 'inv/manifest.json', JSON.stringify(manifest));
    const items = await listAll(source, `s3://${Bucket}/inv/manifest.json`, context());
    expect(items.map(({ target }) => target.slice(bucket.length + 1))).toEqual(ODD_KEYS);
    expect(items.find(({ target }) => target.endsWith('/dir/'))?.fault?.reason).toBe('archived-storage');
    expect(await codeOfRejection(readItem(source, items[0] as Item, context()))).toBe('changed');

    await put(Bucket, 'inv/data/1.csv.gz', gzipSync('"x","tampered","1","e","STANDARD"\n'));
    expect(await codeOfRejection(listAll(source, `s3://${Bucket}/inv/manifest.json`, context()))).toBe(
      'source',
    );
    await put(Bucket, 'plain/manifest.json', '{"files":[]}');
    const plain = await listAll(source, `s3://${Bucket}/plain/manifest.json`, context());
    expect(plain.map(({ uri }) => uri)).toEqual([`s3://${Bucket}/plain/manifest.json`]);
  });
});
