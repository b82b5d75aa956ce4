/**
 * One run without a run folder: plan, scan and write overlap, nothing is kept. Ends with the summary. A
 * source that cannot be listed rejects, after what was found so far and a summary that says incomplete.
 */
import PQueue from 'p-queue';
import { closeSources } from '../builtin.js';
import { codeOf } from '../core/errors.js';
import type { Summary } from '../core/events.js';
import type { Log } from '../core/source.js';
import type { Packs } from '../rules/load.js';
import { Output } from './output.js';
import { planShards, type Shard } from './plan.js';
import { openPool, type Pool } from './pool.js';
import type { Settings } from './settings.js';
import { summarise } from './summarise.js';
import { addTally, newTally, type Tally } from './tally.js';

export type RunOptions = {
  readonly addresses: readonly string[];
  readonly settings: Settings;
  readonly packs: Packs;
  readonly jobs: number;
  /** Events in plan order. */
  readonly sort: boolean;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly write: (lines: Uint8Array) => Promise<void>;
  readonly progress?: Progress;
};

/** What a progress line shows; counts only. */
export interface Progress {
  planned(items: number, bytes: number): void;
  planComplete(): void;
  scanned(bytes: number): void;
  findings(count: number): void;
}

export type RunResult = { readonly summary: Summary; readonly tally: Tally; readonly fault?: unknown };

export async function runScan(options: RunOptions): Promise<RunResult> {
  const pool = await openPool({ ...options, rules: options.packs.rules });
  try {
    return await new Run(options, pool).run();
  } finally {
    await pool.close();
    await closeSources();
  }
}

class Run {
  readonly #tally = newTally();
  readonly #output: Output;
  #fault: unknown;
  #stopped = false;

  constructor(
    private readonly options: RunOptions,
    private readonly pool: Pool,
  ) {
    this.#output = new Output(options.write, options.sort);
  }

  async run(): Promise<RunResult> {
    const { jobs, signal, packs } = this.options;
    const queue = new PQueue({ concurrency: Math.max(1, jobs) });
    try {
      for await (const shard of this.#plan()) {
        await queue.onSizeLessThan(Math.max(1, jobs));
        if (this.#stopped || signal.aborted) break;
        queue.add(() => this.#scan(shard)).catch(() => {});
      }
      this.options.progress?.planComplete();
    } catch (error) {
      this.#fault ??= error;
    }
    await queue.onIdle();
    if (this.#stopped) throw this.#fault;
    const interrupted = signal.aborted;
    const incomplete = this.#fault !== undefined || this.#tally.unread > 0;
    const status = interrupted ? 'interrupted' : incomplete ? 'incomplete' : 'complete';
    const summary = summarise(this.#tally, { status, packHash: packs.hash });
    await this.options.write(Buffer.from(`${JSON.stringify(summary)}\n`));
    return { summary, tally: this.#tally, fault: this.#fault };
  }

  async *#plan(): AsyncGenerator<Shard> {
    const { settings, signal, log, addresses, progress } = this.options;
    const context = { options: settings.source, limits: settings.limits, signal, log };
    for await (const shard of planShards(addresses, context)) {
      progress?.planned(
        shard.items.length,
        shard.items.reduce((sum, item) => sum + (item.bytes ?? 0), 0),
      );
      yield shard;
    }
  }

  async #scan(shard: Shard): Promise<void> {
    const { progress, log } = this.options;
    try {
      const tally = await this.pool.run(shard, {
        lines: (lines) => this.#write(shard.index, lines),
        item: (bytes) => progress?.scanned(bytes),
      });
      addTally(this.#tally, tally);
      progress?.findings(tally.findings);
    } catch (error) {
      this.#fault ??= error;
      log.error({ shard: shard.index, reason: codeOf(error) }, 'a shard failed');
    } finally {
      this.#output.done(shard.index);
    }
  }

  /** A sink that cannot be written ends the run: there is no use in scanning on. */
  async #write(shard: number, lines: Uint8Array): Promise<void> {
    try {
      await this.#output.lines(shard, lines);
    } catch (error) {
      this.#stopped = true;
      this.#fault ??= error;
      throw error;
    }
  }
}
