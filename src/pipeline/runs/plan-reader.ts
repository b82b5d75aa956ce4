/**
 * Reads a plan once, line by line, and keeps what a verification needs: state, totals, and any fault after its last
 * whole line.
 */
import { codeOf } from '../../core/errors.js';
import type { SealedShard } from './plan.js';
import { bytesOf, type PlanHeader, type PlanState, readPlan, readPlanHeader } from './plan-file.js';
import { PLAN, type RunStore } from './run-store.js';
import { type Seal, UNKEYED } from './seal.js';

export class PlanReader {
  shards = 0;
  /** True if no line is broken. */
  isRead = false;
  items = 0;
  #bytes = 0;
  #header: PlanHeader | undefined;
  #hasMac = false;
  #isComplete = false;
  #chain = '';
  #fileBytes = 0;

  constructor(private readonly store: RunStore) {}

  /** Undefined if it is broken. Throws `usage` for another format. */
  async header(): Promise<(PlanHeader & { readonly hasMac: boolean }) | undefined> {
    try {
      return await readPlanHeader(this.store, UNKEYED);
    } catch (error) {
      const code = codeOf(error);
      if (code === 'corrupt' || code === 'not-found') return undefined;
      throw error;
    }
  }

  /** Throws as readPlan. */
  async *read(seal: Seal): AsyncGenerator<SealedShard> {
    for await (const { fields, chain, hasMac, raw } of readPlan(this.store, seal)) {
      this.#chain = chain;
      this.#hasMac = hasMac;
      this.#fileBytes += raw.length;
      if (fields.type === 'plan') this.#header = fields;
      else if (fields.type === 'plan_end') this.#isComplete = true;
      else {
        this.shards += 1;
        this.items += fields.items.length;
        this.#bytes += bytesOf(fields);
        yield { ...fields, chain };
      }
    }
    this.isRead = true;
  }

  /** Of a plan that was read to its end. */
  get state(): PlanState | undefined {
    if (!this.#header) return undefined;
    return {
      header: this.#header,
      hasMac: this.#hasMac,
      shards: this.shards,
      items: this.items,
      bytes: this.#bytes,
      last: undefined,
      isComplete: this.#isComplete,
      chain: this.#chain,
    };
  }

  async *faults(): AsyncGenerator<string> {
    if (!this.#isComplete) yield `${PLAN}: the listing was not finished`;
    if ((await this.store.size(PLAN)) !== this.#fileBytes)
      yield `${PLAN}: has bytes after its last whole line`;
  }
}
