/**
 * Scans shards: on worker threads through piscina, or inline (`jobs` 0). Each shard's events go to a file; both ways
 * write the same bytes. A shard whose worker dies, hangs or runs out of memory rejects; shard-runner.ts then isolates
 * it.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import { codeOf, LeaksiftError, safeMessage, throwIfInterrupted } from '../../core/errors.js';
import type { Rule } from '../../core/rule.js';
import type { Settings } from '../../core/settings.js';
import type { Log } from '../../core/source.js';
import { requireOcr } from '../../extractors/media/ocr-packages.js';
import type { Readers } from '../readers/readers.js';
import { scanShard } from '../scan/scan-shard.js';
import type { Tally } from '../scan/tally.js';
import { newScanning } from './load.js';
import { openShardOutput } from './shard-output.js';
import type { ShardTask, WorkerMessage, WorkerResult } from './worker-protocol.js';

export type ShardWatcher = { item(): void; bytes(bytes: number): void };

export interface Pool {
  /** Scans one shard into its file. Rejects with `crashed` or `hung` when its worker is lost. */
  run(task: ShardTask, watcher: ShardWatcher): Promise<Tally>;
  close(): Promise<void>;
}

export type PoolOptions = {
  readonly jobs: number;
  readonly settings: Settings;
  /** Plain data, so that workers need not parse the packs again. */
  readonly rules: readonly Rule[];
  /** The readers of this thread. */
  readonly readers: Readers;
  readonly signal: AbortSignal;
  readonly log: Log;
};

/** Throws `usage` if the settings require packages that are not installed. */
export async function openPool(options: PoolOptions): Promise<Pool> {
  await requireOcr(options.settings.extract);
  return options.jobs === 0 ? inlinePool(options) : workerPool(options);
}

async function inlinePool({ settings, rules, readers, signal, log }: PoolOptions): Promise<Pool> {
  const scanning = await newScanning(settings, rules, { log, readers });
  return {
    async run(task, watcher) {
      const { shard, kept, carried } = task;
      const file = openShardOutput(task, settings);
      try {
        const result = await scanShard(shard, {
          carried,
          scanning,
          source: { options: settings.source, limits: settings.limits, signal, log },
          clock: () => performance.now(),
          emit: (lines) => file.write(lines),
          // Lets timers, signals and the progress line run between two chunks.
          ready: () => new Promise(setImmediate),
          read: watcher.bytes,
          finished: watcher.item,
        });
        if (kept) throwIfInterrupted(signal);
        file.finish(result);
        return result.tally;
      } catch (error) {
        file.discard();
        throw asFault({
          code: (error as { code?: string }).code ?? codeOf(error),
          message: safeMessage(error),
        });
      }
    },
    close: async () => {},
  };
}

/** A worker that needs more is stopped, and its shard is scanned in isolation. */
const WORKER_HEAP_MB = 1536;
/**
 * Semi-spaces of 8 MiB instead of 16: objects of a scan die young with either, and each worker takes 17 MB less.
 * Measured on a tree of 3,000 files with two workers: 258 MB instead of 280 at the peak, CPU within noise.
 */
const WORKER_YOUNG_MB = 16;
/** A worker without progress for the time limit of an item and this long is hung. Loading the rules takes seconds. */
const HANG_GRACE_MS = 30_000;
const WATCH_MS = 1000;
/** How long shards in flight continue after SIGTERM: well within the 30 s that Kubernetes grants. */
const DRAIN_MS = 8000;

async function workerPool({ jobs, settings, rules, signal, log }: PoolOptions): Promise<Pool> {
  const { Piscina } = await import('piscina');
  const piscina = new Piscina({
    filename: workerFile(),
    // Further threads start with further shards: a small scan on a large machine must not load rules on every core.
    minThreads: 1,
    maxThreads: jobs,
    concurrentTasksPerWorker: 1,
    workerData: { settings, rules },
    idleTimeout: Number.POSITIVE_INFINITY,
    resourceLimits: {
      maxOldGenerationSizeMb: WORKER_HEAP_MB,
      maxYoungGenerationSizeMb: WORKER_YOUNG_MB,
    },
  });
  return {
    async run(task, watcher) {
      const { port1, port2 } = new MessageChannel();
      const kill = new AbortController();
      const beat = new SharedArrayBuffer(4);
      // Kept shards can be finished; a streamed run ends at once.
      const stop = () => setTimeout(() => port1.postMessage('stop'), task.kept ? DRAIN_MS : 0).unref();
      signal.addEventListener('abort', stop, { once: true });
      port1.on('message', (message: WorkerMessage) => {
        if (message.type === 'progress') {
          for (let i = 0; i < message.items; i++) watcher.item();
          watcher.bytes(message.bytes);
        } else log[message.level](message.fields, message.message);
      });
      const watch = watchBeat(beat, settings.limits.timeoutMs + HANG_GRACE_MS, () => kill.abort());
      try {
        const options = { transferList: [port2], signal: kill.signal };
        const lost = (error: unknown) => Promise.reject(asLost(error, kill.signal.aborted));
        const result: WorkerResult = await piscina.run({ ...task, port: port2, beat }, options).catch(lost);
        if ('fault' in result) throw asFault(result.fault);
        return result.tally;
      } finally {
        clearInterval(watch);
        signal.removeEventListener('abort', stop);
        port1.close();
      }
    },
    close: () => piscina.destroy(),
  };
}

/** Calls `hung` if the beat does not change for `ms`. */
function watchBeat(beat: SharedArrayBuffer, ms: number, hung: () => void): NodeJS.Timeout {
  const cell = new Int32Array(beat);
  let last = -1;
  let since = performance.now();
  return setInterval(() => {
    const now = Atomics.load(cell, 0);
    if (now !== last) {
      last = now;
      since = performance.now();
    } else if (performance.now() - since > ms) hung();
  }, WATCH_MS);
}

/**
 * The thread itself ended: out of memory, by a native crash, or stopped by us. The content it was reading is
 * suspected.
 */
function asLost(error: unknown, hung: boolean): LeaksiftError {
  if (hung) return new LeaksiftError('hung', 'a worker made no progress', { cause: error });
  const { code, name } = error as { code?: string; name?: string };
  return new LeaksiftError('crashed', `a worker was lost: ${code ?? name}`, { cause: error });
}

const DISK_FAULTS = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EACCES', 'ENOENT', 'EMFILE']);

/** An error of the shard's scan: a disk that cannot be written, an interruption, or a bug. */
function asFault(fault: { code: string; message: string }): LeaksiftError {
  if (DISK_FAULTS.has(fault.code)) return new LeaksiftError('output', `cannot write a shard: ${fault.code}`);
  return new LeaksiftError(fault.code, fault.message);
}

/** The compiled worker, also if this file runs from source in a test. */
function workerFile(): string {
  const here = new URL('./worker-entry.cjs', import.meta.url);
  const built = new URL('../../../dist/pipeline/work/worker-entry.cjs', import.meta.url);
  return fileURLToPath(existsSync(here) ? here : built);
}
