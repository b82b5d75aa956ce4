/**
 * Reads a plan once, line by line, and keeps what a verification needs: state, totals, and any fault after its last
 * whole line.
 */
import { codeOf } from '../../core/errors.js';
import type { SealedShard } from './plan.js';
import {
  type PlanHeader,
  type PlanLine,
  type PlanState,
  type PlanTotals,
  readPlan,
  readPlanHeader,
  stateOf,
} from './plan-file.js';
import { PLAN, type RunStore } from './run-store.js';
import { type Seal, UNKEYED } from './seal.js';

export class PlanReader {
  /** True if no line is broken. */
  isRead = false;
  #header: PlanHeader | undefined;
  #last: PlanLine | undefined;
  #fileBytes = 0;

  constructor(private readonly store: RunStore) {}

  /** Of the lines that were read. */
  get totals(): PlanTotals | undefined {
    return this.#last?.totals;
  }

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
    for await (const line of readPlan(this.store, seal)) {
      const { fields, chain, raw } = line;
      this.#last = line;
      this.#fileBytes += raw.length;
      if (fields.type === 'plan') this.#header = fields;
      else if (fields.type === 'shard') yield { ...fields, chain };
    }
    this.isRead = true;
  }

  /** Of a plan that was read to its end. */
  get state(): PlanState | undefined {
    return this.#header && this.#last && stateOf(this.#header, this.#last);
  }

  async *faults(): AsyncGenerator<string> {
    if (!this.state?.isComplete) yield `${PLAN}: the listing was not finished`;
    if ((await this.store.size(PLAN)) !== this.#fileBytes)
      yield `${PLAN}: has bytes after its last whole line`;
  }
}
