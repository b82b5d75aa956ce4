import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe } from 'vitest';
import { createS3Source } from '../../src/sources/s3.js';
import { describeSource } from '../contract/source.js';
import { contextOf } from './context.js';
import { type Rgw, rgwClient, rgwMissing, startRgw } from './rgw.js';

describe.skipIf(rgwMissing())('on Ceph RGW', () => {
  let rgw: Rgw;
  let client: S3Client;
  let buckets = 0;
  beforeAll(async () => {
    rgw = await startRgw();
    client = rgwClient(rgw);
  });
  afterAll(() => client?.destroy());

  describeSource('s3', () => ({
    source: createS3Source(),
    missingAddress: 's3://no-such-bucket-here',
    context: (given) => contextOf({ ...given, s3: { endpoint: rgw.endpoint, ...given?.s3 } }),
    async place() {
      buckets += 1;
      const Bucket = `contract-${process.pid}-${buckets}`;
      await client.send(new CreateBucketCommand({ Bucket }));
      return {
        address: `s3://${Bucket}`,
        async put(Key, Body) {
          await client.send(new PutObjectCommand({ Bucket, Key, Body }));
        },
        async remove(Key) {
          await client.send(new DeleteObjectCommand({ Bucket, Key }));
        },
      };
    },
  }));
});
