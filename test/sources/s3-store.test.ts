/** Files put into a bucket, large ones in parts, on a server that fails on request. */
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { partBytesOf } from '../../src/sources/s3-multipart.js';
import { S3Store } from '../../src/sources/s3-store.js';
import { workFolder } from '../e2e/cli.js';
import { contextOf } from './context.js';
import { type FaultServer, startFaultServer } from './fault-server.js';

const MB = 1024 * 1024;
const { put } = workFolder();
const body = randomBytes(37 * MB);
const file = put('large', body);
let server: FaultServer;
let store: S3Store;

beforeAll(async () => {
  server = await startFaultServer();
  const s3 = { endpoint: server.endpoint, region: 'eu-west-3', noSignRequest: true };
  store = new S3Store('s3://bucket/run', contextOf({ s3 }));
});
beforeEach(() => {
  server.objects.clear();
  server.asked.length = 0;
  server.fault = () => undefined;
});
afterAll(async () => {
  store.close();
  await server.close();
});

const sha = (bytes: Buffer | undefined) =>
  createHash('sha256')
    .update(bytes ?? '')
    .digest('hex');
const there = () => server.objects.get('run/large')?.body;
const sent = () =>
  server.asked.filter(({ kind }) => kind === 'put').map(({ query }) => query.get('partNumber'));

describe('a large file', () => {
  it('is put in parts, one sent again where the server refused it', async () => {
    let refused = 0;
    server.fault = ({ kind, query }) =>
      kind === 'put' && query.get('partNumber') === '2' && refused++ < 2
        ? { status: 503, code: 'SlowDown' }
        : undefined;
    expect(await store.put('large', file)).toBe(true);
    expect(sha(there())).toBe(sha(body));
    expect(sent()).toEqual(['1', '2', '2', '2', '3']);
    expect(server.uploads.size).toBe(0);
  });

  it('leaves neither object nor parts where a part is refused for good, and says what was not written', async () => {
    server.fault = ({ query }) =>
      query.get('partNumber') === '3' ? { status: 403, code: 'AccessDenied' } : undefined;
    await expect(store.put('large', file)).rejects.toMatchObject({
      code: 'output',
      message: expect.stringContaining('cannot write s3://bucket/run/large'),
    });
    expect(there()).toBeUndefined();
    expect(server.uploads.size).toBe(0);
  });

  it('is put at once where it must be the first', async () => {
    expect(await store.put('large', file, { onlyNew: true })).toBe(true);
    expect(await store.put('large', file, { onlyNew: true })).toBe(false);
    expect(sent()).toEqual([null, null]);
    expect(sha(there())).toBe(sha(body));
  });
});

it('no file needs more than 10,000 parts, and none of them is under 5 MiB', () => {
  for (const size of [17 * MB, 5 * 1024 ** 3, 5 * 1024 ** 4]) {
    const bytes = partBytesOf(size);
    expect(Math.ceil(size / bytes)).toBeLessThanOrEqual(10_000);
    expect(bytes).toBeGreaterThanOrEqual(5 * MB);
    expect(bytes).toBeLessThanOrEqual(5 * 1024 ** 3);
  }
});
