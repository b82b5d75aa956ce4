/**
 * Whether and when a failed request is sent again. In: the error and how often it failed. Out: the wait in
 * milliseconds, or undefined to give up. Waits are random below a bound that doubles, so that requests
 * refused together do not come back together; what the server asks for (Retry-After) is the least.
 */
import { foreign, isPassing, isSlowDown } from './s3-error.js';

export type Patience = {
  /** Attempts at what fails for a passing reason. */
  readonly attempts: number;
  /** Attempts at what the server refuses for its load: a storm passes later than a cut connection. */
  readonly slowDownAttempts: number;
  /** Bound of the first wait after a SlowDown; doubles with each that follows. */
  readonly pauseMs: number;
  readonly longestPauseMs: number;
};

/** A fifth of the time that a server under load is given. */
const OTHER_FAILURES = 5;
/** A server that asks for more is taken as down. */
const LONGEST_RETRY_AFTER_MS = 120_000;

export function retryWait(error: unknown, failures: number, patience: Patience): number | undefined {
  const isLoad = isSlowDown(error);
  const attempts = isLoad ? patience.slowDownAttempts : isPassing(error) ? patience.attempts : 1;
  if (failures >= attempts) return undefined;
  const first = isLoad ? patience.pauseMs : patience.pauseMs / OTHER_FAILURES;
  const bound = Math.min(patience.longestPauseMs, first * 2 ** (failures - 1));
  return Math.max(retryAfter(error), bound * Math.random());
}

/** Seconds or a date. */
function retryAfter(error: unknown): number {
  const text = foreign(error).$response?.headers?.['retry-after'];
  if (text === undefined) return 0;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(0, ms), LONGEST_RETRY_AFTER_MS);
}
