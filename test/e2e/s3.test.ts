/** Buckets through the real command line: coverage, summary and exit status. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type FaultServer, startFaultServer } from '../sources/fault-server.js';
import { LEAK, leaksift, only } from './cli.js';

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
});
beforeEach(() => {
  server.fault = () => undefined;
  server.objects.clear();
  server.objects.set('a.txt', { body: Buffer.from(LEAK) });
});
afterAll(() => server.close());

const scan = (address: string, ...flags: string[]) =>
  leaksift(
    [
      'scan',
      '-j',
      '0',
      '--endpoint',
      server.endpoint,
      '--region',
      'eu-west-3',
      '--no-sign-request',
      ...flags,
      address,
    ],
    { env: { AWS_EC2_METADATA_DISABLED: 'true' } },
  );

test('a prefix without a key is refused, unless --allow-empty', async () => {
  const run = await scan('s3://bucket/typo/');
  expect(run.status).toBe(2);
  expect(run.stderr).toContain('nothing to scan in s3://bucket/typo/: no file or object found');
  expect((await scan('s3://bucket/typo/', '--allow-empty')).status).toBe(0);
});

test('filters that leave out every object are named with how many they left out', async () => {
  const run = await scan('s3://bucket', '--include', '*.csv');
  expect(run.status).toBe(2);
  expect(run.stderr).toMatch(/--include \*\.csv leaves out 1 item /);
  expect((await scan('s3://bucket', '--include', 's3://bucket/a.txt')).status).toBe(1);
});

test('an object that is not what was listed is scanned as far as it came, and the run is incomplete', async () => {
  server.fault = ({ kind }) =>
    kind === 'list'
      ? {
          rewrite: (answer) => ({
            ...answer,
            body: Buffer.from(answer.body.toString().replace(/<Size>\d+/, '<Size>3')),
          }),
        }
      : undefined;
  const run = await scan('s3://bucket');
  expect(only(run, 'finding')).toHaveLength(1);
  expect(only(run, 'coverage')).toMatchObject([{ status: 'partial', reason: 'changed' }]);
  expect(only(run, 'summary')).toMatchObject([{ status: 'incomplete' }]);
});

test('coverage says which permission an object needs', async () => {
  server.fault = ({ kind }) => (kind === 'get' ? { status: 403, code: 'AccessDenied' } : undefined);
  const run = await scan('s3://bucket');
  expect(only(run, 'coverage')).toMatchObject([
    { status: 'error', reason: 'access-denied', detail: expect.stringContaining('s3:GetObject') },
  ]);
  expect(run.stdout + run.stderr).not.toContain('SECRET-MESSAGE');
});

test('a bucket that keeps versions says so, and --s3-versions reads them', async () => {
  const older = [{ versionId: 'v2' }, { versionId: 'v1', body: Buffer.from(LEAK) }];
  server.objects.set('a.txt', { body: Buffer.from('clean now\n'), versionId: 'v3', older });
  const current = await scan('s3://bucket');
  expect(current.status).toBe(0);
  expect(only(current, 'summary')).toMatchObject([
    { status: 'complete', notes: { 'older-versions-not-read': 1 } },
  ]);
  const all = await scan('s3://bucket', '--s3-versions');
  expect(all.status).toBe(1);
  expect(only(all, 'finding')).toMatchObject([{ uri: 's3://bucket/a.txt?versionId=v1' }]);
  expect(only(all, 'coverage').map(({ uri, reason }) => [uri, reason])).toEqual([
    ['s3://bucket/a.txt?versionId=v1', undefined],
    ['s3://bucket/a.txt?versionId=v2', 'delete-marker'],
    ['s3://bucket/a.txt', undefined],
  ]);
  expect(only(all, 'summary')).toMatchObject([{ status: 'complete', items: 3 }]);
  expect(only(all, 'summary')[0]?.notes).toBeUndefined();
});
