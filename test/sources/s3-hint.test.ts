/** Errors of S3 give advice, and contain neither credentials nor the server's words. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { LeaksiftError } from '../../src/core/errors.js';
import type { Item, SourceOptions } from '../../src/core/source.js';
import { createS3Source } from '../../src/sources/s3.js';
import { contextOf, listAll, readItem } from './context.js';
import { type Answer, type FaultServer, startFaultServer } from './fault-server.js';

const TUNING = {
  attempts: 1,
  silentAttempts: 1,
  slowDownAttempts: 1,
  idleMs: 200,
  connectMs: 500,
  patienceMs: 500,
};
const SECRETS = ['TESTKEYID', 'TESTSECRET', 'TESTTOKEN', 'SECRET-MESSAGE', 'user:password'];

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
  process.env.AWS_ACCESS_KEY_ID = 'TESTKEYID';
  process.env.AWS_SECRET_ACCESS_KEY = 'TESTSECRET';
  process.env.AWS_SESSION_TOKEN = 'TESTTOKEN';
});
beforeEach(() => {
  server.fault = () => undefined;
  server.objects.clear();
  server.objects.set('k', { body: Buffer.from('body'), versionId: 'v1' });
});
afterAll(async () => {
  delete process.env.AWS_SESSION_TOKEN;
  await server.close();
});

async function failing(run: 'list' | 'read', s3: Partial<SourceOptions['s3']> = {}): Promise<LeaksiftError> {
  const source = createS3Source(TUNING);
  const endpoint = server.endpoint.replace('http://', 'http://user:password@');
  const context = contextOf({ s3: { endpoint, region: 'eu-west-3', ...s3 } });
  const broken = server.fault;
  try {
    if (run === 'list') await listAll(source, 's3://bucket/k', context);
    else {
      server.fault = () => undefined;
      const [item] = await listAll(source, 's3://bucket/k', context);
      server.fault = broken;
      await readItem(source, item as Item, context);
    }
  } catch (error) {
    return error as LeaksiftError;
  } finally {
    await source.close?.();
  }
  throw new Error('did not fail');
}

const errorAnswer =
  (status: number, code: string, message = 'SECRET-MESSAGE', headers = {}) =>
  () => ({
    rewrite: (): Answer => ({
      status,
      headers: { 'content-type': 'application/xml', ...headers },
      body: Buffer.from(
        `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
      ),
    }),
  });
const denied = (action: string) =>
  `User: arn:aws:iam::123456789012:user/SECRET-MESSAGE is not authorized to perform: ${action} on resource: x`;

it.each<
  [
    when: string,
    run: 'list' | 'read',
    fault: FaultServer['fault'],
    s3: Partial<SourceOptions['s3']>,
    hint: RegExp,
  ]
>([
  ['listing is denied', 'list', errorAnswer(403, 'AccessDenied'), {}, /needs s3:ListBucket on bucket/],
  [
    'listing of versions is denied',
    'list',
    errorAnswer(403, 'AccessDenied'),
    { versions: true },
    /needs s3:ListBucketVersions on bucket/,
  ],
  [
    'reading is denied',
    'read',
    errorAnswer(403, 'AccessDenied'),
    {},
    /needs s3:GetObject on bucket \(and kms:Decrypt/,
  ],
  [
    'reading a version is denied',
    'read',
    errorAnswer(403, 'AccessDenied'),
    { versions: true },
    /needs s3:GetObjectVersion on/,
  ],
  [
    'the server names another action',
    'list',
    errorAnswer(403, 'AccessDenied', denied('s3:ListTagsForResource')),
    {},
    /needs s3:ListTagsForResource/,
  ],
  [
    'the key is denied',
    'read',
    errorAnswer(403, 'AccessDenied', denied('kms:Decrypt')),
    {},
    /needs kms:Decrypt on the key/,
  ],
  [
    'the key is disabled',
    'read',
    errorAnswer(400, 'KMS.DisabledException'),
    {},
    /needs kms:Decrypt.*enabled/,
  ],
  [
    'access is anonymous',
    'list',
    errorAnswer(403, 'AccessDenied'),
    { noSignRequest: true },
    /does not allow s3:ListBucket to everyone: leave out --no-sign-request/,
  ],
  [
    'the key is not known',
    'list',
    errorAnswer(403, 'InvalidAccessKeyId'),
    {},
    /does not know this access key/,
  ],
  ['credentials have expired', 'list', errorAnswer(400, 'ExpiredToken'), {}, /expired: renew/],
  [
    'the signature is wrong',
    'list',
    errorAnswer(403, 'SignatureDoesNotMatch'),
    {},
    /secret key.*clock.*proxy/,
  ],
  [
    'the clock is behind',
    'list',
    errorAnswer(403, 'RequestTimeTooSkewed', 'x', { date: new Date(Date.now() + 3_600_000).toUTCString() }),
    {},
    /clock of this machine is (59|60) minutes behind/,
  ],
  [
    'the clock is ahead',
    'list',
    errorAnswer(403, 'RequestTimeTooSkewed', 'x', { date: new Date(Date.now() - 7_200_000).toUTCString() }),
    {},
    /12[01] minutes ahead of/,
  ],
  [
    'the bucket is not there',
    'list',
    errorAnswer(404, 'NoSuchBucket'),
    {},
    /no such bucket at http:\/\/127.*--region and --endpoint/,
  ],
  [
    'the region is another',
    'list',
    errorAnswer(301, 'PermanentRedirect'),
    {},
    /asked in region eu-west-3: check --region/,
  ],
  [
    'the region is refused',
    'list',
    errorAnswer(400, 'AuthorizationHeaderMalformed'),
    {},
    /eu-west-3: check --region/,
  ],
  [
    'nobody listens',
    'list',
    () => undefined,
    { endpoint: 'http://127.0.0.1:1' },
    /http:\/\/127\.0\.0\.1:1 cannot be reached: check --endpoint/,
  ],
  [
    'the host is unknown',
    'list',
    () => undefined,
    { endpoint: 'http://no-such-host.invalid' },
    /no-such-host\.invalid cannot be reached/,
  ],
  [
    'the endpoint speaks no TLS',
    'list',
    () => undefined,
    { endpoint: 'https://127.0.0.1:PORT' },
    /https:\/\/127.*(TLS|cannot be reached)/,
  ],
  ['nothing is answered', 'list', () => ({ delayMs: 5000 }), {}, /does not answer in time/],
  [
    'something else answers',
    'list',
    () => ({ rewrite: (answer) => ({ ...answer, body: Buffer.from('<html>') }) }),
    {},
    /does not answer like S3: check --endpoint and proxy/,
  ],
  [
    'versions are not offered',
    'list',
    errorAnswer(501, 'NotImplemented'),
    { versions: true },
    /does not offer s3:ListBucketVersions/,
  ],
  ['the server is too busy', 'read', errorAnswer(503, 'SlowDown'), {}, /fewer requests/],
  ['the object is archived', 'read', errorAnswer(403, 'InvalidObjectState'), {}, /restore/],
])('when %s', async (_when, run, fault, s3, hint) => {
  server.fault = fault;
  const { endpoint = '' } = s3;
  const port = new URL(server.endpoint).port;
  const { message, hint: told } = await failing(run, {
    ...s3,
    ...(endpoint.includes('PORT') && { endpoint: endpoint.replace('PORT', port) }),
  });
  expect(message).toMatch(hint);
  expect(message).toContain(told);
  expect(SECRETS.filter((secret) => message.includes(secret))).toEqual([]);
});
