/** What an SDK error means: our code for it, whether to ask again, and where the bucket really is. */
import { type ErrorCode, LeaksiftError } from '../core/errors.js';

type Foreign = {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly Region?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly clockSkewCorrected?: boolean };
  readonly $response?: { readonly headers?: Record<string, string | undefined> };
};

export function foreign(error: unknown): Foreign {
  return typeof error === 'object' && error !== null ? error : {};
}

export function statusOf(error: unknown): number {
  return foreign(error).$metadata?.httpStatusCode ?? 0;
}

/** Server codes and errnos are names, not content; anything else a server puts there is not repeated. */
function nameOf(error: unknown): string {
  const { name, code } = foreign(error);
  const isPlain = (text: unknown): text is string =>
    typeof text === 'string' && /^[A-Za-z0-9._]{1,64}$/.test(text);
  const known = isPlain(code) ? code : isPlain(name) && name !== 'Error' ? name : 'failed';
  return statusOf(error) > 0 ? `${known}, HTTP ${statusOf(error)}` : known;
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
};

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'access-denied',
  403: 'access-denied',
  404: 'not-found',
  412: 'changed',
};

/** `what` says what failed on what: `cannot read s3://b/k`. */
export function s3Error(error: unknown, what: string): LeaksiftError {
  if (error instanceof LeaksiftError) return error;
  const { name, message } = foreign(error);
  const isCustomerKey =
    statusOf(error) === 400 &&
    /^Invalid(Request|Argument)$/.test(`${name}`) &&
    /server.side.encryption/i.test(`${message}`);
  const code = isCustomerKey
    ? 'encrypted-with-customer-key'
    : (BY_NAME[String(name)] ?? BY_STATUS[statusOf(error)] ?? 'read-error');
  const hint =
    name === 'CredentialsProviderError' ? ' (set credentials, --profile or --no-sign-request)' : '';
  return new LeaksiftError(code, `${what}: ${nameOf(error)}${hint}`, { cause: error });
}

/** True for an answer that asks for fewer requests. */
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

/** True for a failure that may pass by itself. */
export function isPassing(error: unknown): boolean {
  const { name, code, $metadata } = foreign(error);
  // The SDK has learnt the server's clock from the refusal and signs the next try by it.
  if ($metadata?.clockSkewCorrected) return true;
  if (isSlowDown(error) || statusOf(error) >= 500) return true;
  // Another conditional write of the same object was under way.
  if (name === 'ConditionalRequestConflict') return true;
  return name === 'TimeoutError' || name === 'RequestTimeout' || PASSING_ERRNOS.has(String(code));
}

/** The region that the server says the bucket is in, when it refused for being asked in another. */
export function regionHint(error: unknown): string | undefined {
  const { Region, $response } = foreign(error);
  if (![301, 307, 400, 403].includes(statusOf(error))) return undefined;
  const region = $response?.headers?.['x-amz-bucket-region'] ?? Region;
  return typeof region === 'string' && /^[a-z0-9-]{2,32}$/.test(region) ? region : undefined;
}
