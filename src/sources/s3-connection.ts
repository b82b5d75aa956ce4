/**
 * Sends requests to one S3 service: one client per region, one limiter per bucket. A request that fails for a
 * transient reason waits and queues again behind the limiter, within its patience; anything else throws LeaksiftError
 * with advice.
 */
import { setMaxListeners } from 'node:events';
import { env } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { LeaksiftError } from '../core/errors.js';
import type { SourceOptions } from '../core/source.js';
import { checkAnswers } from './s3-answer.js';
import { isSlowDown, regionHint, s3Error } from './s3-error.js';
import type { Asked } from './s3-hint.js';
import { RequestLimiter } from './s3-limiter.js';
import { type Patience, retryWait } from './s3-retry.js';

/** Times and counts. Tests shorten them. */
export type S3Tuning = Patience & {
  readonly maxRequests: number;
  /**
   * More than requests: a body that is read slowly holds its socket, and a container can open ranges of an object
   * whose body is still open.
   */
  readonly sockets: number;
  /** Silence after which a connection or a body is abandoned. */
  readonly idleMs: number;
  readonly connectMs: number;
  /** How long one request may be retried, and a body deliver next to nothing: the time for one item. */
  readonly patienceMs: number;
  /** How often a cut body is resumed without further progress. */
  readonly resumes: number;
  /** Concurrent listing requests. */
  readonly listWays: number;
  readonly pageKeys: number;
};

export const DEFAULT_TUNING: S3Tuning = {
  maxRequests: 64,
  sockets: 512,
  attempts: 8,
  silentAttempts: 3,
  slowDownAttempts: 24,
  idleMs: 30_000,
  connectMs: 10_000,
  patienceMs: 600_000,
  resumes: 6,
  pauseMs: 500,
  longestPauseMs: 20_000,
  listWays: 16,
  pageKeys: 1000,
};

const FALLBACK_REGION = 'us-east-1';
/** Time limits in silences: for the headers of an answer, and for a whole listing or error. */
const HEADER_SILENCES = 2;
const WHOLE_SILENCES = 4;

export type Request<Output> = {
  readonly bucket: string;
  /** What the request does, for errors: `cannot read s3://b/k`. */
  readonly what: string;
  /** The IAM action it needs: `s3:GetObject`. */
  readonly action: string;
  readonly signal: AbortSignal;
  /** Requests without a body pass `within` on, which limits the wait for an answer. */
  send(client: S3Client, sdk: Sdk, within: { readonly requestTimeout: number }): Promise<Output>;
};

/** Loaded when first needed: that takes longer than many local scans. */
export type Sdk = typeof import('@aws-sdk/client-s3');

async function loadSdk(): Promise<Sdk> {
  // The SDK would print its notice about Node 20 to the user's terminal.
  env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  return import('@aws-sdk/client-s3');
}

export class S3Connection {
  readonly #clients = new Map<string, S3Client>();
  readonly #regions = new Map<string, string>();
  readonly #limiters = new Map<string, RequestLimiter>();

  constructor(
    private readonly options: SourceOptions['s3'],
    readonly tuning: S3Tuning,
  ) {}

  /** Throws LeaksiftError only. */
  async request<Output>(request: Request<Output>): Promise<Output> {
    const { bucket, what, signal } = request;
    const limiter = this.#limiterOf(bucket);
    const sdk = await loadSdk();
    // Every request in progress listens to it; above ten listeners Node warns of a leak on stderr.
    setMaxListeners(0, signal);
    const within = { requestTimeout: HEADER_SILENCES * this.tuning.idleMs };
    const deadline = performance.now() + this.tuning.patienceMs;
    for (let failures = 0; ; ) {
      if (signal.aborted) throw new LeaksiftError('interrupted', `${what}: interrupted`);
      try {
        return await limiter.run(() => request.send(this.#clientOf(bucket, sdk), sdk, within), isSlowDown);
      } catch (error) {
        if (this.#moveRegion(bucket, error)) continue;
        failures += 1;
        const waitMs = retryWait(error, failures, this.tuning);
        const isLast = waitMs === undefined || performance.now() + waitMs > deadline;
        if (signal.aborted || isLast) throw s3Error(error, what, this.#asked(request));
        // Outside the limiter: others continue meanwhile. The next round checks for an abort.
        await sleep(waitMs, undefined, { signal }).catch(() => {});
      }
    }
  }

  #asked({ action, bucket }: Pick<Asked, 'action' | 'bucket'>): Asked {
    const { endpoint, region, noSignRequest } = this.options;
    return {
      action,
      bucket,
      endpoint: endpoint === undefined ? 'AWS' : printableUrl(endpoint),
      region: this.#regions.get(bucket) ?? region,
      isAnonymous: noSignRequest,
    };
  }

  close(): void {
    for (const client of this.#clients.values()) client.destroy();
    this.#clients.clear();
  }

  #limiterOf(bucket: string): RequestLimiter {
    const limiter = this.#limiters.get(bucket) ?? new RequestLimiter(this.tuning.maxRequests);
    this.#limiters.set(bucket, limiter);
    return limiter;
  }

  /** Remembers the region of a bucket, so that only its first request is redirected. */
  #moveRegion(bucket: string, error: unknown): boolean {
    const region = regionHint(error);
    if (region === undefined || this.#regions.has(bucket)) return false;
    this.#regions.set(bucket, region);
    return true;
  }

  #clientOf(bucket: string, sdk: Sdk): S3Client {
    const region = this.#regions.get(bucket) ?? this.options.region;
    const client = this.#clients.get(region ?? '') ?? this.#create(region, sdk);
    this.#clients.set(region ?? '', client);
    return client;
  }

  #create(region: string | undefined, sdk: Sdk): S3Client {
    const { endpoint, profile, noSignRequest } = this.options;
    const client = new sdk.S3Client({
      ...NETWORK,
      logger: SILENT,
      region: region ?? this.#standardRegion(sdk),
      endpoint,
      profile,
      forcePathStyle: endpoint !== undefined,
      // DECISION: we retry. The SDK would wait in the limiter's slot, and has a budget of 50 refusals for all.
      maxAttempts: 1,
      requestHandler: {
        connectionTimeout: this.tuning.connectMs,
        // Later than the body's own watch, which recognises slow readers.
        socketTimeout: 1.5 * this.tuning.idleMs,
        throwOnRequestTimeout: true,
        httpAgent: { keepAlive: true, maxSockets: this.tuning.sockets },
        httpsAgent: { keepAlive: true, maxSockets: this.tuning.sockets },
      },
      ...(noSignRequest ? ANONYMOUS : {}),
    });
    checkAnswers(client, WHOLE_SILENCES * this.tuning.idleMs);
    return client;
  }

  /** The region of environment or profile, found by the SDK's own chain, or else the default. */
  #standardRegion(sdk: Sdk): () => Promise<string> {
    let found: Promise<string> | undefined;
    const find = async () => {
      const probe = new sdk.S3Client({ profile: this.options.profile });
      try {
        return await probe.config.region();
      } catch {
        return FALLBACK_REGION;
      } finally {
        probe.destroy();
      }
    };
    return () => {
      found ??= find();
      return found;
    };
  }
}

/** Scheme and host only: an endpoint can hold credentials. */
function printableUrl(endpoint: string): string {
  try {
    const { protocol, host } = new URL(endpoint);
    return `${protocol}//${host}`;
  } catch {
    return 'the endpoint';
  }
}

const nothing = () => {};
/** Without a logger the SDK writes warnings to the console. */
const SILENT = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };

const NETWORK = {
  retryMode: 'standard',
  // Custom endpoints do not support the newer checksums (aws-sdk-js-v3 #6810).
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
  // DECISION: S3Connection follows redirects and remembers them; the SDK would send two requests each time.
  followRegionRedirects: false,
} as const satisfies S3ClientConfig;

/** The identity is never used: the signer leaves the request unchanged. */
const ANONYMOUS: S3ClientConfig = {
  credentials: { accessKeyId: 'anonymous', secretAccessKey: 'anonymous' },
  signer: { sign: async (request) => request },
};
