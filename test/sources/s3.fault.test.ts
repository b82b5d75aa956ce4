import { afterEach, beforeEach, expect, it } from 'vitest';
import { LeaksiftError } from '../../src/core/errors.js';
import type { Item } from '../../src/core/source.js';
import { createS3Source } from '../../src/sources/s3.js';
import { codeOfRejection, contextOf, drain, listAll, readItem } from './context.js';
import { etagOf, type FaultServer, startFaultServer } from './fault-server.js';

const TUNING = {
  attempts: 2,
  pauseMs: 5,
  longestPauseMs: 10,
  idleMs: 300,
  connectMs: 500,
  slowDownAttempts: 4,
  resumes: 3,
};
const LONG = Buffer.from(Array.from({ length: 60_000 }, (_none, i) => `row ${i}\n`).join(''));

let server: FaultServer;
let source: ReturnType<typeof createS3Source>;
const context = () =>
  contextOf({ s3: { endpoint: server.endpoint, noSignRequest: true, region: 'eu-west-3' } });
const list = (address = 's3://bucket') => listAll(source, address, context());
const read = (item: Item | undefined) => readItem(source, item as Item, context());

beforeEach(async () => {
  server = await startFaultServer();
  source = createS3Source(TUNING);
  server.objects.set('long', { body: LONG });
});
afterEach(async () => {
  await source.close?.();
  await server.close();
});

it.each(['end', 'reset', 'hang'] as const)(
  'resumes a body that breaks off (%s) from the last byte',
  async (ending) => {
    const [item] = await list();
    server.fault = ({ kind, nth }) => (kind === 'get' && nth < 3 ? { after: 100_000, ending } : undefined);
    expect((await read(item)).equals(LONG)).toBe(true);
    const gets = server.asked.filter(({ kind }) => kind === 'get');
    expect(gets.length).toBe(4);
    expect(gets.every(({ headers }) => headers['if-match'] === `"${etagOf(LONG)}"`)).toBe(true);
    expect(gets.slice(1).every(({ headers }) => /^bytes=[1-9]/.test(headers.range ?? ''))).toBe(true);
  },
);

it('gives up on a body that never gets further, with what it had', async () => {
  const [item] = await list();
  server.fault = ({ kind, nth }) =>
    kind === 'get' ? { after: nth === 0 ? 1000 : 0, ending: 'end' } : undefined;
  const content = await source.open(item as Item, context());
  let bytes = 0;
  const reading = (async () => {
    for await (const chunk of content.open()) bytes += chunk.length;
  })();
  expect(await codeOfRejection(reading)).toBe('read-error');
  expect(bytes).toBe(1000);
  expect(server.asked.filter(({ kind }) => kind === 'get').length).toBe(TUNING.resumes + 1);
});

it('gives up on a body that hangs for ever', async () => {
  const [item] = await list();
  server.fault = ({ kind }) => (kind === 'get' ? { after: 0, ending: 'hang' } : undefined);
  expect(await codeOfRejection(read(item))).toBe('timeout');
});

it('gives up on a trickle that is cut after every byte', async () => {
  const [item] = await list();
  server.fault = ({ kind }) => (kind === 'get' ? { after: 1, ending: 'end' } : undefined);
  expect(await codeOfRejection(read(item))).toBe('read-error');
});

it('says changed when the object changed in the middle of a resumed read', async () => {
  const [item] = await list();
  server.fault = ({ kind, nth }) => {
    if (kind === 'get' && nth === 1) server.objects.set('long', { body: Buffer.alloc(LONG.length) });
    return kind === 'get' && nth === 0 ? { after: 1000, ending: 'reset' } : undefined;
  };
  expect(await codeOfRejection(read(item))).toBe('changed');
});

it('obeys a SlowDown storm and loses nothing', async () => {
  server.objects.clear();
  for (let i = 0; i < 300; i++)
    server.objects.set(`k${String(i).padStart(4, '0')}`, { body: Buffer.from(`${i}`) });
  const items = await list();
  let refused = 0;
  server.fault = ({ kind }) => {
    if (kind !== 'get' || refused >= 120) return undefined;
    refused += 1;
    return { status: 503, code: 'SlowDown' };
  };
  const patient = createS3Source({ ...TUNING, slowDownAttempts: 60, idleMs: 5000, connectMs: 5000 });
  const bodies = await Promise.all(items.map((item) => readItem(patient, item, context())));
  await patient.close?.();
  expect(bodies.map(String)).toEqual(Array.from({ length: 300 }, (_none, i) => `${i}`));
});

it('waits as long as Retry-After asks, and lets others pass meanwhile', async () => {
  server.objects.set('other', { body: Buffer.from('fine') });
  const [held, free] = await list();
  const refusal = { status: 503, code: 'SlowDown', headers: { 'retry-after': '1' } };
  server.fault = ({ key, nth }) => (key === 'long' && nth === 0 ? refusal : undefined);
  const started = performance.now();
  let heldMs = 0;
  const reading = read(held).then(() => (heldMs = performance.now() - started));
  expect(String(await read(free))).toBe('fine');
  expect(performance.now() - started).toBeLessThan(900);
  await reading;
  expect(heldMs).toBeGreaterThan(980);
});

it('ends an object, not the run, when the storm does not end', async () => {
  server.objects.set('other', { body: Buffer.from('fine') });
  const [bad, good] = await list();
  server.fault = ({ kind, key }) =>
    kind === 'get' && key === 'long' ? { status: 503, code: 'SlowDown' } : undefined;
  expect(await codeOfRejection(read(bad))).toBe('read-error');
  expect(String(await read(good))).toBe('fine');
});

it.each([
  [403, 'AccessDenied', 'access-denied'],
  [403, 'InvalidObjectState', 'archived-storage'],
  [404, 'NoSuchKey', 'not-found'],
  [412, 'PreconditionFailed', 'changed'],
  [500, 'InternalError', 'read-error'],
])("maps HTTP %i %s of an object to %s, without the server's words", async (status, code, expected) => {
  const [item] = await list();
  server.fault = ({ kind }) => (kind === 'get' ? { status, code } : undefined);
  const error = await read(item).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LeaksiftError);
  expect((error as LeaksiftError).code).toBe(expected);
  expect((error as LeaksiftError).message).toContain('s3://bucket/long');
  expect((error as LeaksiftError).message).not.toContain('SECRET');
});

it.each([
  [403, 'AccessDenied', 'access-denied'],
  [404, 'NoSuchBucket', 'source'],
  [403, 'InvalidAccessKeyId', 'access-denied'],
  [500, 'InternalError', 'read-error'],
  [503, 'SlowDown', 'read-error'],
])('throws for a listing that ends in HTTP %i %s: never "0 objects"', async (status, code, expected) => {
  server.fault = () => ({ status, code });
  expect(await codeOfRejection(list())).toBe(expected);
});

it('delivers what it has and throws when a later page fails for good', async () => {
  for (let i = 0; i < 50; i++)
    server.objects.set(`p${String(i).padStart(3, '0')}`, { body: Buffer.alloc(1) });
  server.fault = ({ query }) =>
    query.get('continuation-token') || query.get('start-after')
      ? { status: 403, code: 'AccessDenied' }
      : undefined;
  const paged = createS3Source({ ...TUNING, pageKeys: 20 });
  const seen: Item[] = [];
  const error = await (async () => {
    for await (const item of paged.list('s3://bucket', context())) seen.push(item);
  })().catch((thrown: unknown) => thrown);
  await paged.close?.();
  expect((error as LeaksiftError).code).toBe('access-denied');
  expect((error as LeaksiftError).message).toContain('stopped after 20 objects');
  expect(seen.length).toBe(20);
});

it('throws for an endpoint that is not there', async () => {
  const dead = contextOf({ s3: { endpoint: 'http://127.0.0.1:1', noSignRequest: true } });
  expect(await codeOfRejection(listAll(source, 's3://bucket', dead))).toBe('read-error');
});

it('moves to the region that the server names, once', async () => {
  server.fault = ({ headers }) =>
    headers.authorization?.includes('/eu-west-3/')
      ? { status: 301, code: 'PermanentRedirect', headers: { 'x-amz-bucket-region': 'sa-east-1' } }
      : undefined;
  process.env.AWS_ACCESS_KEY_ID = 'TESTKEY';
  process.env.AWS_SECRET_ACCESS_KEY = 'TESTSECRET';
  const signed = contextOf({ s3: { endpoint: server.endpoint, region: 'eu-west-3' } });
  const [item] = await listAll(source, 's3://bucket', signed);
  expect((await readItem(source, item as Item, signed)).length).toBe(LONG.length);
  const refused = server.asked.filter(({ headers }) => headers.authorization?.includes('/eu-west-3/'));
  expect(refused.length).toBe(1);
});

it('throws when the region is wrong and no better one is named', async () => {
  server.fault = () => ({ status: 301, code: 'PermanentRedirect' });
  expect(await codeOfRejection(list())).toBe('read-error');
});

it('lists archived objects as skipped, restored ones as readable', async () => {
  const body = Buffer.from('x');
  server.objects.clear();
  server.objects.set('a', { body, storageClass: 'GLACIER' });
  server.objects.set('b', { body, storageClass: 'DEEP_ARCHIVE' });
  server.objects.set('c', { body, storageClass: 'GLACIER', restored: true });
  server.objects.set('d', { body, storageClass: 'GLACIER_IR' });
  const archived = { status: 'skipped', reason: 'archived-storage' };
  expect((await list()).map(({ fault }) => fault)).toEqual([archived, archived, undefined, undefined]);
});

it('sends no signature when told not to, and says who pays when told so', async () => {
  const paying = contextOf({ s3: { endpoint: server.endpoint, noSignRequest: true, requestPayer: true } });
  const [item] = await listAll(source, 's3://bucket', paying);
  await readItem(source, item as Item, paying);
  expect(server.asked.length).toBe(2);
  expect(server.asked.every(({ headers }) => headers.authorization === undefined)).toBe(true);
  expect(server.asked.every(({ headers }) => headers['x-amz-request-payer'] === 'requester')).toBe(true);
});

it('reads a range with exactly one ranged request', async () => {
  const [item] = await list();
  const content = await source.open(item as Item, context());
  expect(await drain(content.open({ start: 10, end: 20 }))).toEqual(LONG.subarray(10, 20));
  expect(server.asked.at(-1)?.headers.range).toBe('bytes=10-19');
});

it('frees its sockets when bodies are left unread', async () => {
  const narrow = createS3Source({ ...TUNING, sockets: 2, idleMs: 5000 });
  const [item] = await listAll(narrow, 's3://bucket', context());
  for (let i = 0; i < 10; i++) {
    const content = await narrow.open(item as Item, context());
    for await (const _chunk of content.open()) break;
  }
  expect((await readItem(narrow, item as Item, context())).length).toBe(LONG.length);
  await narrow.close?.();
});

it('stops waiting in a storm when interrupted', async () => {
  const [item] = await list();
  server.fault = () => ({ status: 503, code: 'SlowDown' });
  const abort = new AbortController();
  const waiting = createS3Source({ ...TUNING, pauseMs: 60_000, longestPauseMs: 60_000 });
  const stopped = contextOf({ s3: context().options.s3, signal: abort.signal });
  const reading = codeOfRejection(readItem(waiting, item as Item, stopped));
  setTimeout(() => abort.abort(), 50);
  expect(await reading).toBe('interrupted');
  await waiting.close?.();
});
