/** The same tree in a folder, a tar, a zip, a tar.gz and a real bucket gives the same findings. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import type { Finding } from '../../src/core/events.js';
import { rgwClient, rgwMissing, startRgw } from '../sources/rgw.js';
import { FIXTURES, leaksift, only, workFolder } from './cli.js';

const { path: work } = workFolder();
const TREE = join(FIXTURES, 'resana');
const env = { LEAKSIFT_FINGERPRINT_KEY: 'the same key for all runs of this test' };

/** Findings by file, without what the place adds: the way to the file, and ids made of it. */
async function findings(
  address: string,
  inside: string,
  more: Record<string, string> = {},
  ...args: string[]
) {
  const run = await leaksift(['scan', '-j', '2', '--no-progress', ...args, address], {
    env: { ...env, ...more },
  });
  expect(only(run, 'summary')).toMatchObject([{ status: 'complete' }]);
  return only(run, 'finding')
    .map((finding) => placed(finding, inside))
    .sort();
}

function placed({ uri, path, recordId: _, version: __, ...finding }: Finding, inside: string): string {
  const where = path === undefined ? uri : `${uri}!${path}`;
  return JSON.stringify([where.slice(where.indexOf(inside) + inside.length).replace(/^[/!]+/, ''), finding]);
}

const local = findings(TREE, 'resana');

test('a folder has findings', async () => expect((await local).length).toBeGreaterThan(100));

test.each([
  ['tar', ['tar', '-cf']],
  ['tar.gz', ['tar', '-czf']],
] as const)('%s', { timeout: 90_000 }, async (kind, [program, flags]) => {
  const file = join(work, `leak.${kind}`);
  execFileSync(program, [flags, file, '-C', FIXTURES, 'resana']);
  expect(await findings(file, 'resana/')).toEqual(await local);
});

test('zip', { timeout: 90_000 }, async () => {
  const file = join(work, 'leak.zip');
  execFileSync('python3', ['-m', 'zipfile', '-c', file, 'resana'], { cwd: FIXTURES });
  expect(await findings(file, 'resana/')).toEqual(await local);
});

const missing = rgwMissing();
test.skipIf(missing !== undefined)('a bucket', { timeout: 200_000 }, async () => {
  const rgw = await startRgw();
  const client = rgwClient(rgw);
  await client.send(new CreateBucketCommand({ Bucket: 'places' }));
  for (const name of readdirSync(TREE, { recursive: true }).map(String)) {
    if (!statSync(join(TREE, name)).isFile()) continue;
    await client.send(
      new PutObjectCommand({ Bucket: 'places', Key: `resana/${name}`, Body: readFileSync(join(TREE, name)) }),
    );
  }
  const credentials = { AWS_ACCESS_KEY_ID: rgw.accessKey, AWS_SECRET_ACCESS_KEY: rgw.secretKey };
  const place = ['--endpoint', rgw.endpoint, '--region', 'us-east-1'];
  expect(await findings('s3://places/resana/', 'places/resana/', credentials, ...place)).toEqual(await local);
});
