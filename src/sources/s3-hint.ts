/**
 * Advice for a failed request to S3: a permission, the endpoint, the region, the clock, credentials. Input: the SDK's
 * error and what was requested; output: one sentence without credentials. Of the server's text it repeats only names
 * of actions and regions.
 */

/** What was requested, and from where. */
export type Asked = {
  /** IAM action that the request needs: `s3:GetObject`. */
  readonly action: string;
  readonly bucket: string;
  /** Printable: scheme and host, or `AWS`. */
  readonly endpoint: string;
  readonly region: string | undefined;
  readonly isAnonymous: boolean;
};

/** An SDK error without anything that could hold content or credentials. */
export type S3Failure = {
  readonly name: string;
  readonly code: string;
  /** 0 without an answer. */
  readonly status: number;
  /** The action that the server denies. */
  readonly deniedAction?: string;
  readonly namedRegion?: string;
  /** Minutes by which this machine's clock is ahead of the server's. */
  readonly skewMinutes?: number;
};

type Hint = (asked: Asked, failure: S3Failure) => string;

const CREDENTIALS: Hint = ({ endpoint }) => `${endpoint} does not know this access key: check credentials`;
const EXPIRED: Hint = () => 'the credentials have expired: renew them';
const REGION: Hint = ({ region = 'of the environment' }, { namedRegion = region }) =>
  namedRegion === region
    ? `asked in region ${region}: check --region and --endpoint`
    : `asked in region ${region}, the server names ${namedRegion}: check --region`;
const CLOCK: Hint = (_, { skewMinutes }) =>
  skewMinutes === undefined
    ? 'the clocks of this machine and the server differ: check the clock'
    : `the clock of this machine is ${Math.abs(skewMinutes)} minutes ${skewMinutes < 0 ? 'behind' : 'ahead of'} the server's: check the clock`;
const NETWORK: Hint = ({ endpoint }) => `${endpoint} cannot be reached: check --endpoint, network and proxy`;
const SILENT: Hint = ({ endpoint }) =>
  `${endpoint} does not answer in time: check --endpoint, network and proxy`;
const CERTIFICATE: Hint = ({ endpoint }) =>
  `the certificate of ${endpoint} is not trusted: check --endpoint, or name its CA in NODE_EXTRA_CA_CERTS`;
const KMS: Hint = () => 'needs kms:Decrypt on the key of this object, and the key to be enabled';
const NO_BUCKET: Hint = ({ endpoint }) =>
  `there is no such bucket at ${endpoint}: check its name, --region and --endpoint`;
const UNKNOWN_ANSWER: Hint = ({ endpoint }) =>
  `${endpoint} does not answer like S3: check --endpoint and proxy`;

const BY_NAME: Readonly<Record<string, Hint>> = {
  CredentialsProviderError: () => 'set credentials, --profile or --no-sign-request',
  ExpiredToken: EXPIRED,
  ExpiredTokenException: EXPIRED,
  TokenRefreshRequired: EXPIRED,
  RequestExpired: CLOCK,
  RequestTimeTooSkewed: CLOCK,
  InvalidAccessKeyId: CREDENTIALS,
  InvalidClientTokenId: CREDENTIALS,
  InvalidToken: CREDENTIALS,
  SignatureDoesNotMatch: () => 'check the secret key, the clock and any proxy that changes requests',
  NoSuchBucket: NO_BUCKET,
  PermanentRedirect: REGION,
  TemporaryRedirect: REGION,
  AuthorizationHeaderMalformed: REGION,
  IllegalLocationConstraintException: REGION,
  InvalidObjectState: () => 'restore the object first',
  NotImplemented: ({ action, endpoint }) => `${endpoint} does not offer ${action}`,
  SlowDown: () => 'the server asks for fewer requests: try later, or fewer --jobs',
  TimeoutError: SILENT,
  NotS3Error: UNKNOWN_ANSWER,
};

const BY_CODE: Readonly<Record<string, Hint>> = {
  ENOTFOUND: NETWORK,
  EAI_AGAIN: NETWORK,
  ECONNREFUSED: NETWORK,
  ECONNRESET: NETWORK,
  EHOSTUNREACH: NETWORK,
  ENETUNREACH: NETWORK,
  ETIMEDOUT: SILENT,
  EPROTO: ({ endpoint }) => `${endpoint} does not speak TLS: check http:// or https:// of --endpoint`,
  CERT_HAS_EXPIRED: CERTIFICATE,
  DEPTH_ZERO_SELF_SIGNED_CERT: CERTIFICATE,
  SELF_SIGNED_CERT_IN_CHAIN: CERTIFICATE,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: CERTIFICATE,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: CERTIFICATE,
  ERR_TLS_CERT_ALTNAME_INVALID: CERTIFICATE,
};

/** Undefined if the failure needs no advice. */
export function hintOf(failure: S3Failure, asked: Asked): string | undefined {
  const { name, code, status } = failure;
  if (/^KMS\./.test(name) || failure.deniedAction?.startsWith('kms:')) return KMS(asked, failure);
  const known = BY_NAME[name] ?? BY_CODE[code];
  if (known) return known(asked, failure);
  if (status === 401 || status === 403) return permission(asked, failure);
  if (status >= 300 && status < 400) return REGION(asked, failure);
  // The answer had a success status and could not be parsed.
  return status >= 200 && status < 300 ? UNKNOWN_ANSWER(asked, failure) : undefined;
}

function permission({ action, bucket, isAnonymous }: Asked, { deniedAction }: S3Failure): string {
  if (isAnonymous) return `${bucket} does not allow ${action} to everyone: leave out --no-sign-request`;
  const needed = deniedAction ?? action;
  const kms = needed.startsWith('s3:GetObject')
    ? ' (and kms:Decrypt where it is encrypted with a KMS key)'
    : '';
  return `needs ${needed} on ${bucket}${kms}`;
}
