/**
 * Limits the concurrent requests to one bucket: additive increase, multiplicative decrease. A refusal halves the
 * limit at most once a round trip, answers add one a round trip, and no request waits for the retry of another.
 * Reading a body does not count: it must not block a nested read.
 */

/** Weight of the newest answer in the share of refusals. */
const WEIGHT = 1 / 32;
/** While most requests are answered, a lower limit would slow the scan without relieving the server. */
const FLOOR_WHILE_ANSWERED = 4;
/** The share of refusals up to which most requests are answered. */
const MOSTLY_ANSWERED = 0.5;

export class RequestLimiter {
  #limit: number;
  #active = 0;
  #started = 0;
  /** Requests sent before the last cut say nothing about its effect. */
  #firstSinceCut = 0;
  #refusedShare = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(private readonly maxRequests: number) {
    this.#limit = maxRequests;
  }

  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** Runs one request when there is room. `isRefusal`: whether an error requests a lower rate. */
  async run<T>(request: () => Promise<T>, isRefusal: (error: unknown) => boolean): Promise<T> {
    await this.#acquire();
    const mine = this.#started++;
    try {
      const result = await request();
      this.#answered();
      return result;
    } catch (error) {
      if (isRefusal(error)) this.#refused(mine);
      throw error;
    } finally {
      this.#active -= 1;
      this.#wake();
    }
  }

  #answered(): void {
    this.#refusedShare -= WEIGHT * this.#refusedShare;
    this.#limit = Math.min(this.maxRequests, this.#limit + 1 / this.#limit);
  }

  #refused(request: number): void {
    this.#refusedShare += WEIGHT * (1 - this.#refusedShare);
    if (request < this.#firstSinceCut) return;
    this.#firstSinceCut = this.#started;
    const floor = Math.min(this.maxRequests, this.#refusedShare < MOSTLY_ANSWERED ? FLOOR_WHILE_ANSWERED : 1);
    this.#limit = Math.max(floor, this.#limit / 2);
  }

  async #acquire(): Promise<void> {
    if (this.#active >= this.limit) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#active += 1;
  }

  /** Passes free places on. Takes the place here, so that no other request takes it first. */
  #wake(): void {
    while (this.#active < this.limit && this.#waiting.length > 0) {
      this.#active += 1;
      this.#waiting.shift()?.();
    }
  }
}
