/**
 * A run on a real S3 server, which checks signatures and conditions. With LEAKSIFT_OBJECTS set it also reports the
 * speed of reading so many small objects.
 */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { S3Store } from '../../../src/sources/s3-store.js';
import { leaksift, workFolder } from '../../e2e/cli.js';
import { contextOf } from '../../sources/context.js';
import { type Rgw, rgwClient, rgwMissing, startRgw } from '../../sources/rgw.js';

const OBJECTS = Number(process.env.LEAKSIFT_OBJECTS ?? 60);
const { path: folder, put } = workFolder();
let rgw: Rgw | undefined;
afterAll(() => rgw?.stop());

describe.skipIf(rgwMissing())('runs in a bucket of Ceph RGW', () => {
  const bucket = `runs-${process.pid}`;

  it('scans into it, signed; reads it back; puts a plan only where none is', async () => {
    rgw = await startRgw();
    const client = rgwClient(rgw);
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    const keys = Array.from({ length: OBJECTS }, (_none, i) => `leak/${i % 7}/${i}.txt`);
    const fill = async (ways: readonly string[]) => {
      for (const Key of ways)
        await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: `agent${Key}@police.uk\n` }));
    };
    await Promise.all(
      Array.from({ length: 8 }, (_none, way) => fill(keys.filter((_key, i) => i % 8 === way))),
    );

    const temporary = join(folder, 'tmp');
    mkdirSync(temporary);
    const s3 = ['--endpoint', rgw.endpoint, '--region', 'us-east-1'];
    const own = ['--fingerprint-key-file', put('key', 'a key of sixteen bytes'), '--log-level', 'error'];
    const to = `s3://${bucket}/runs/a`;
    const env = {
      TMPDIR: temporary,
      AWS_ACCESS_KEY_ID: rgw.accessKey,
      AWS_SECRET_ACCESS_KEY: rgw.secretKey,
    };
    const scan = () =>
      leaksift(['scan', `s3://${bucket}/leak/`, '--run', to, '-j', '2', '--no-progress', ...s3, ...own], {
        env,
      });
    const started = performance.now();
    const first = await scan();
    if (process.env.LEAKSIFT_OBJECTS)
      console.log(`${OBJECTS} objects from RGW in ${((performance.now() - started) / 1000).toFixed(1)} s`);
    expect(first).toMatchObject({ status: 1, stderr: '' });
    expect(await scan()).toMatchObject({ status: 1, stderr: '', stdout: first.stdout });
    const verdict = await leaksift(['verify', to, ...s3], { env });
    expect(verdict).toMatchObject({ status: 0, stderr: '' });
    expect(verdict.stdout).toContain(`${OBJECTS} items, 0 problems`);
    expect(readdirSync(temporary)).toEqual([]);

    const store = new S3Store(to, contextOf({ s3: { endpoint: rgw.endpoint, region: 'us-east-1' } }));
    const large = put('large', Buffer.alloc(17 * 1024 * 1024, 'x'));
    const warned = vi.spyOn(console, 'warn');
    expect(await store.put('plan.jsonl', large, { onlyNew: true })).toBe(false);
    expect(warned).not.toHaveBeenCalled();
    expect(await store.put('large', large, { onlyNew: true })).toBe(true);
    expect(await store.put('in-parts', large)).toBe(true);
    store.close();
    for (const name of ['large', 'in-parts']) {
      const there = await client.send(new GetObjectCommand({ Bucket: bucket, Key: `runs/a/${name}` }));
      expect(await there.Body?.transformToString()).toHaveLength(17 * 1024 * 1024);
    }
    client.destroy();
  }, 200_000);
});
