/**
 * Decides whether and when a failed request is sent again. Input: the error and the number of failures; output: the
 * wait in milliseconds, or undefined to give up. Waits are random below a bound that doubles, so that requests
 * refused together do not return together; Retry-After is the minimum.
 */
import { foreign, isPassing, isSilence, isSlowDown } from './s3-error.js';

export type Patience = {
  /** Attempts after transient failures. */
  readonly attempts: number;
  /** Attempts without an answer: each takes as long as the allowed silence. */
  readonly silentAttempts: number;
  /** Attempts refused for load: overload lasts longer than a cut connection. */
  readonly slowDownAttempts: number;
  /** Bound of the first wait after a SlowDown; doubles with each further refusal. */
  readonly pauseMs: number;
  readonly longestPauseMs: number;
};

/** Other failures wait a fifth of the time after a SlowDown. */
const OTHER_FAILURES = 5;
/** A server that requests a longer wait counts as down. */
const LONGEST_RETRY_AFTER_MS = 120_000;

export function retryWait(error: unknown, failures: number, patience: Patience): number | undefined {
  const isLoad = isSlowDown(error);
  if (failures >= attemptsAt(error, patience)) return undefined;
  const first = isLoad ? patience.pauseMs : patience.pauseMs / OTHER_FAILURES;
  const bound = Math.min(patience.longestPauseMs, first * 2 ** (failures - 1));
  return Math.max(retryAfter(error), bound * Math.random());
}

function attemptsAt(error: unknown, patience: Patience): number {
  if (isSlowDown(error)) return patience.slowDownAttempts;
  if (isSilence(error)) return Math.min(patience.attempts, patience.silentAttempts);
  return isPassing(error) ? patience.attempts : 1;
}

/** The header gives seconds or a date. */
function retryAfter(error: unknown): number {
  const text = foreign(error).$response?.headers?.['retry-after'];
  if (text === undefined) return 0;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(0, ms), LONGEST_RETRY_AFTER_MS);
}
