/** Objects whose answers are not what was listed: they end with a reason, in bounded time, and never as complete. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { LeaksiftError } from '../../src/core/errors.js';
import type { Item } from '../../src/core/source.js';
import { createS3Source } from '../../src/sources/s3.js';
import { contextOf, drain, listAll } from './context.js';
import { type Answer, type Asked, etagOf, type FaultServer, startFaultServer } from './fault-server.js';

const TUNING = {
  ...{ attempts: 2, silentAttempts: 2, slowDownAttempts: 2, pauseMs: 1, longestPauseMs: 2 },
  ...{ idleMs: 200, connectMs: 500, resumes: 2, patienceMs: 1500 },
};
const BODY = Buffer.from(Array.from({ length: 2000 }, (_none, i) => `row ${i}\n`).join(''));

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
});
afterEach(() => {
  server.fault = () => undefined;
  server.objects.clear();
  server.asked.length = 0;
});
afterAll(() => server.close());

type Read = { readonly bytes: Buffer; readonly reason: string | undefined; readonly ms: number };

/** Reads the one object as a scan does: what came, and why it is not complete. */
async function read(
  options: { range?: { start: number; end: number }; maxFileBytes?: number } = {},
): Promise<Read> {
  const source = createS3Source(TUNING);
  const { maxFileBytes = Number.POSITIVE_INFINITY } = options;
  const context = contextOf({
    s3: { endpoint: server.endpoint, noSignRequest: true, region: 'eu-west-3' },
    limits: { maxFileBytes },
  });
  const [item] = await listAll(source, 's3://bucket', context);
  const started = performance.now();
  const chunks: Buffer[] = [];
  let reason = item?.fault?.reason;
  try {
    if (reason === undefined) {
      const content = await source.open(item as Item, context);
      for await (const chunk of content.open(options.range)) chunks.push(Buffer.from(chunk));
      reason = content.caveat?.();
    }
  } catch (error) {
    reason = (error as LeaksiftError).code;
  }
  await source.close?.();
  return { bytes: Buffer.concat(chunks), reason, ms: performance.now() - started };
}

const onGet = (rewrite: (answer: Answer, asked: Asked) => Answer) => {
  server.fault = (asked) =>
    asked.kind === 'get' ? { rewrite: (answer) => rewrite(answer, asked) } : undefined;
};
const onList = (rewrite: (text: string) => string) => {
  server.fault = ({ kind }) =>
    kind === 'list'
      ? { rewrite: (answer) => ({ ...answer, body: Buffer.from(rewrite(answer.body.toString())) }) }
      : undefined;
};
const withHeaders = (headers: Record<string, string | number | undefined>) => (answer: Answer) => {
  const all = Object.entries({ ...answer.headers, ...headers }).filter(([, value]) => value !== undefined);
  return { ...answer, headers: Object.fromEntries(all) as Answer['headers'] };
};
const chunked = withHeaders({
  'content-length': undefined,
  'content-range': undefined,
  'transfer-encoding': 'chunked',
});
const wholeOf = (answer: Answer): Answer =>
  withHeaders({ 'content-range': undefined })({ ...answer, status: 200 });

it('reads what is there where nothing is wrong', async () => {
  server.objects.set('a', { body: BODY });
  expect(await read()).toMatchObject({ bytes: BODY, reason: undefined });
});

const OTHER = Buffer.alloc(BODY.length, 'other');
it.each<[name: string, rewrite: (answer: Answer, asked: Asked) => Answer, reason: string]>([
  ['another ETag', withHeaders({ etag: '"ffffffffffffffffffffffffffffffff"' }), 'changed'],
  ['no ETag', withHeaders({ etag: undefined }), 'changed'],
  ['an empty ETag', withHeaders({ etag: '""' }), 'changed'],
  ['other bytes under the same ETag', (answer) => ({ ...answer, body: OTHER }), 'changed'],
  [
    'one byte that is another',
    (answer) => ({ ...answer, body: Buffer.concat([Buffer.from('R'), BODY.subarray(1)]) }),
    'changed',
  ],
  [
    'a shorter whole, and says so',
    (answer) => ({
      ...wholeOf(answer),
      headers: { etag: answer.headers.etag as string, 'content-length': 100 },
      body: BODY.subarray(0, 100),
    }),
    'changed',
  ],
  [
    'a longer whole, and says so',
    (answer) => ({
      ...wholeOf(answer),
      headers: { etag: answer.headers.etag as string, 'content-length': BODY.length + 7 },
      body: Buffer.concat([BODY, Buffer.from('and more')]).subarray(0, BODY.length + 7),
    }),
    'changed',
  ],
  [
    'a longer whole without a length',
    (answer) => chunked({ ...wholeOf(answer), body: Buffer.concat([BODY, Buffer.from('and more')]) }),
    'changed',
  ],
  [
    'a whole of another length behind the range',
    withHeaders({ 'content-range': `bytes 0-${BODY.length - 1}/${BODY.length + 1}` }),
    'changed',
  ],
  [
    'the wrong range',
    withHeaders({ 'content-range': `bytes 5-${BODY.length - 1}/${BODY.length}` }),
    'read-error',
  ],
  ['a range that is none', withHeaders({ 'content-range': 'bytes */*' }), 'read-error'],
  ['416', (answer) => ({ ...answer, status: 416, headers: {}, body: Buffer.alloc(0) }), 'changed'],
  [
    'an error with the status of success',
    () => ({
      status: 200,
      headers: { 'content-type': 'application/xml' },
      body: Buffer.from('<Error><Code>InternalError</Code></Error>'),
    }),
    'changed',
  ],
  [
    'a redirect',
    (answer) => ({ ...answer, status: 302, headers: { location: server.endpoint }, body: Buffer.alloc(0) }),
    'read-error',
  ],
  ['no content', (answer) => ({ ...answer, status: 204, headers: {}, body: Buffer.alloc(0) }), 'changed'],
  [
    'chunks that end early',
    (answer, { nth }) =>
      nth === 0
        ? chunked({ ...wholeOf(answer), body: BODY.subarray(0, 500) })
        : chunked({ ...answer, body: Buffer.alloc(0) }),
    'read-error',
  ],
  [
    'a body packed on the way',
    (answer) => ({
      ...wholeOf(answer),
      headers: { etag: answer.headers.etag as string, 'content-encoding': 'gzip' },
      body: gzipSync(BODY),
    }),
    'changed',
  ],
  [
    'ever the same first bytes',
    (answer) => ({ ...wholeOf(answer), cut: { after: 300, ending: 'reset' } }),
    'read-error',
  ],
  ['a drip', (answer) => ({ ...answer, drip: { bytes: 1, everyMs: 20 } }), 'timeout'],
  ['silence', (answer) => ({ ...answer, cut: { after: 100, ending: 'hang' } }), 'timeout'],
])('ends with a reason where the answer is %s', async (_name, rewrite, reason) => {
  server.objects.set('a', { body: BODY });
  onGet(rewrite);
  const ended = await read();
  expect(ended.reason).toBe(reason);
  expect(ended.ms).toBeLessThan(6000);
});

it('delivers what came under the ETag although its length is another', async () => {
  server.objects.set('a', { body: BODY });
  for (const size of [0, 30, BODY.length + 1000]) {
    onList((text) => text.replace(/<Size>\d+/, `<Size>${size}`));
    const { bytes, reason } = await read();
    expect([size, bytes.equals(BODY), reason]).toEqual([size, true, 'changed']);
  }
});

it('reads no range of an object whose length is another', async () => {
  server.objects.set('a', { body: BODY });
  onList((text) => text.replace(/<Size>\d+/, '<Size>50000'));
  expect(await read({ range: { start: 10, end: 20 } })).toMatchObject({
    bytes: Buffer.alloc(0),
    reason: 'changed',
  });
});

it('reads no more than --max-file-size of an object that was listed as smaller', async () => {
  server.objects.set('a', { body: BODY });
  onList((text) => text.replace(/<Size>\d+/, '<Size>10'));
  expect(await read({ maxFileBytes: 1000 })).toMatchObject({ bytes: Buffer.alloc(0), reason: 'changed' });
});

it('lists a size below zero as changed, an empty one as zero', async () => {
  server.objects.set('a', { body: BODY });
  onList((text) => text.replace(/<Size>\d+/, '<Size>-5'));
  expect(await read()).toMatchObject({ bytes: Buffer.alloc(0), reason: 'changed' });
  onList((text) => text.replace(/<Size>\d+/, '<Size>'));
  expect(await read()).toMatchObject({ bytes: BODY, reason: 'changed' });
});

it('asks nothing for an object whose ETag proves that it is empty', async () => {
  server.objects.set('a', { body: Buffer.alloc(0) });
  expect(await read()).toMatchObject({ bytes: Buffer.alloc(0), reason: undefined });
  expect(server.asked.filter(({ kind }) => kind === 'get')).toEqual([]);
});

it('reads an answer that ignores the range, and one that is packed as it was stored', async () => {
  server.objects.set('a', { body: BODY });
  onGet((answer) => wholeOf(answer));
  expect(await read()).toMatchObject({ bytes: BODY, reason: undefined });
  const packed = gzipSync(BODY);
  server.objects.set('a', { body: packed });
  onGet(withHeaders({ 'content-encoding': 'gzip' }));
  const { bytes, reason } = await read();
  expect([gunzipSync(bytes).equals(BODY), reason]).toEqual([true, undefined]);
});

it('takes bytes behind the declared length for no part of the body', async () => {
  server.objects.set('a', { body: BODY });
  onGet((answer) => ({
    ...answer,
    trailing: Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nextra'),
  }));
  expect(await read()).toMatchObject({ bytes: BODY, reason: undefined });
});

it.each([
  ['of parts', `${'a'.repeat(32)}-3`, {}],
  ['under a key of KMS', 'a'.repeat(32), { 'x-amz-server-side-encryption': 'aws:kms' }],
  ['of letters', 'q', {}],
])('does not take the ETag of an object %s for its MD5', async (_name, etag, headers) => {
  server.objects.set('a', { body: BODY });
  server.fault = ({ kind }) => ({
    rewrite: (answer) =>
      kind === 'list'
        ? { ...answer, body: Buffer.from(answer.body.toString().replace(etagOf(BODY), etag)) }
        : withHeaders({ etag: `"${etag}"`, ...headers })(answer),
  });
  server.fault = ((faultOf) => (asked: Asked) => {
    // The lookalike compares If-Match with the MD5.
    delete (asked.headers as Record<string, unknown>)['if-match'];
    return faultOf(asked);
  })(server.fault);
  expect(await read()).toMatchObject({ bytes: BODY, reason: undefined });
});

it('checks the MD5 over a body that was resumed', async () => {
  const long = Buffer.alloc(300_000, 'abcdefg');
  server.objects.set('a', { body: long });
  server.fault = ({ kind, nth }) =>
    kind === 'get' && nth < 2 ? { after: 100_000, ending: 'reset' } : undefined;
  const { bytes, reason } = await read();
  expect([bytes.equals(long), reason]).toEqual([true, undefined]);
});

it('gives up on retries that the server asks for beyond the time for one item', async () => {
  server.objects.set('a', { body: BODY });
  server.fault = ({ kind }) =>
    kind === 'get' ? { status: 503, code: 'SlowDown', headers: { 'retry-after': '999999999' } } : undefined;
  const { reason, ms } = await read();
  expect(reason).toBe('read-error');
  expect(ms).toBeLessThan(3000);
});

it('leaves a slow reader alone', async () => {
  server.objects.set('a', { body: Buffer.alloc(2_000_000, 'x') });
  const source = createS3Source({ ...TUNING, patienceMs: 300 });
  const context = contextOf({ s3: { endpoint: server.endpoint, noSignRequest: true, region: 'eu-west-3' } });
  const [item] = await listAll(source, 's3://bucket', context);
  const content = await source.open(item as Item, context);
  async function* slowly() {
    let waited = 0;
    for await (const chunk of content.open()) {
      if (waited++ < 4) await new Promise((resolve) => setTimeout(resolve, 250));
      yield chunk;
    }
  }
  expect((await drain(slowly())).length).toBe(2_000_000);
  await source.close?.();
});
