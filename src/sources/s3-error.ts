/** Classifies an SDK error: our code for it, whether to retry, the bucket's region, advice. */
import { type ErrorCode, LeaksiftError } from '../core/errors.js';
import { type Asked, hintOf, type S3Failure } from './s3-hint.js';

type Foreign = {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly Region?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly clockSkewCorrected?: boolean };
  readonly $response?: { readonly headers?: Record<string, string | undefined> };
};

/** An answer that S3 does not send. The message says why, without anything of the answer. */
export class NotS3Error extends Error {
  override readonly name = 'NotS3Error';
}

export function foreign(error: unknown): Foreign {
  return typeof error === 'object' && error !== null ? error : {};
}

export function statusOf(error: unknown): number {
  return foreign(error).$metadata?.httpStatusCode ?? 0;
}

const PLAIN_NAME = /^[A-Za-z0-9._]{1,64}$/;
/** IAM's wording: `User: arn:... is not authorized to perform: kms:Decrypt on resource: arn:...`. */
const DENIED_ACTION = /not authorized to perform: ([a-z0-9-]{1,20}:[A-Za-z]{1,40})\b/;
const MINUTE_MS = 60_000;

function failureOf(error: unknown): S3Failure {
  const { name, code, message, $response } = foreign(error);
  const plain = (text: unknown) => (typeof text === 'string' && PLAIN_NAME.test(text) ? text : '');
  const serverTime = Date.parse($response?.headers?.date ?? '');
  return {
    name: plain(name),
    code: plain(code),
    status: statusOf(error),
    deniedAction: DENIED_ACTION.exec(typeof message === 'string' ? message : '')?.[1],
    namedRegion: regionHint(error),
    ...(!Number.isNaN(serverTime) && { skewMinutes: Math.round((Date.now() - serverTime) / MINUTE_MS) }),
  };
}

/** Server codes and errnos are names, not content; anything else from a server is not repeated. */
function shownName({ name, code, status }: S3Failure): string {
  const known = code || (name === 'Error' ? '' : name) || 'failed';
  return status > 0 ? `${known}, HTTP ${status}` : known;
}

const BY_NAME: Readonly<Record<string, ErrorCode>> = {
  NoSuchKey: 'not-found',
  NotFound: 'not-found',
  NoSuchVersion: 'not-found',
  NoSuchBucket: 'source',
  InvalidObjectState: 'archived-storage',
  PreconditionFailed: 'changed',
  AbortError: 'interrupted',
  CredentialsProviderError: 'access-denied',
  ExpiredToken: 'access-denied',
  InvalidToken: 'access-denied',
  InvalidAccessKeyId: 'access-denied',
  SignatureDoesNotMatch: 'access-denied',
  TimeoutError: 'timeout',
  NotS3Error: 'source',
};

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'access-denied',
  403: 'access-denied',
  404: 'not-found',
  412: 'changed',
};

/** `what` says what failed on what: `cannot read s3://b/k`. */
export function s3Error(error: unknown, what: string, asked: Asked): LeaksiftError {
  if (error instanceof LeaksiftError) return error;
  const failure = failureOf(error);
  const code = isCustomerKey(error)
    ? 'encrypted-with-customer-key'
    : (BY_NAME[failure.name] ?? BY_STATUS[failure.status] ?? 'read-error');
  const why = error instanceof NotS3Error ? error.message : shownName(failure);
  const hint = code === 'interrupted' ? undefined : hintOf(failure, asked);
  return new LeaksiftError(code, `${what}: ${why}${hint ? ` (${hint})` : ''}`, { cause: error, hint });
}

function isCustomerKey(error: unknown): boolean {
  const { name, message } = foreign(error);
  return (
    statusOf(error) === 400 &&
    /^Invalid(Request|Argument)$/.test(`${name}`) &&
    /server.side.encryption/i.test(`${message}`)
  );
}

/** True for an answer that requests a lower rate. */
export function isSlowDown(error: unknown): boolean {
  const { name } = foreign(error);
  return (
    statusOf(error) === 503 ||
    statusOf(error) === 429 ||
    name === 'SlowDown' ||
    name === 'ThrottlingException'
  );
}

const PASSING_ERRNOS = new Set([
  ...['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED'],
  ...['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN'],
]);

/** True for silence: each attempt takes as long as the patience with one request. */
export function isSilence(error: unknown): boolean {
  const { name, code } = foreign(error);
  return name === 'TimeoutError' || code === 'ETIMEDOUT';
}

/** True for a failure that may be transient. */
export function isPassing(error: unknown): boolean {
  const { name, code, $metadata } = foreign(error);
  // The SDK has learnt the server's clock from the refusal and signs the next attempt with it.
  if ($metadata?.clockSkewCorrected) return true;
  if (isSlowDown(error) || statusOf(error) >= 500) return true;
  // Another conditional write of the same object was in progress.
  if (name === 'ConditionalRequestConflict') return true;
  return isSilence(error) || name === 'RequestTimeout' || PASSING_ERRNOS.has(String(code));
}

/** The region that the server names for the bucket when it refuses a request for its region. */
export function regionHint(error: unknown): string | undefined {
  const { Region, $response } = foreign(error);
  if (![301, 307, 400, 403].includes(statusOf(error))) return undefined;
  const region = $response?.headers?.['x-amz-bucket-region'] ?? Region;
  return typeof region === 'string' && /^[a-z0-9-]{2,32}$/.test(region) ? region : undefined;
}
