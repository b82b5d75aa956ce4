/**
 * Runs shards: on worker threads through piscina, or inline (`jobs` 0). Both give the same lines in the
 * same order for one shard; only the order between shards differs.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { Rule } from '../core/rule.js';
import type { Log } from '../core/source.js';
import { Credit } from './credit.js';
import { newScanning } from './load.js';
import type { Shard } from './plan.js';
import { scanShard } from './scan-shard.js';
import type { Settings } from './settings.js';
import type { Tally } from './tally.js';
import type { WorkerMessage } from './worker.js';

export type ShardSink = {
  /** Takes lines; resolves when they are written. */
  lines(lines: Uint8Array): Promise<void>;
  item(bytes: number): void;
};

export interface Pool {
  /** Scans one shard. Rejects when its worker dies. */
  run(shard: Shard, sink: ShardSink): Promise<Tally>;
  close(): Promise<void>;
}

export type PoolOptions = {
  readonly jobs: number;
  readonly settings: Settings;
  /** Plain data, so that workers need not parse the packs again. */
  readonly rules: readonly Rule[];
  readonly signal: AbortSignal;
  readonly log: Log;
};

export async function openPool(options: PoolOptions): Promise<Pool> {
  return options.jobs === 0 ? inlinePool(options) : workerPool(options);
}

async function inlinePool({ settings, rules, signal, log }: PoolOptions): Promise<Pool> {
  const scanning = await newScanning(settings, rules, log);
  return {
    async run(shard, sink) {
      let written = Promise.resolve();
      const tally = await scanShard(shard, {
        scanning,
        source: { options: settings.source, limits: settings.limits, signal, log },
        clock: () => performance.now(),
        emit: (lines) => {
          written = written.then(() => sink.lines(lines));
        },
        ready: () => written,
        finished: (item) => sink.item(item.bytes ?? 0),
      });
      await written;
      return tally;
    },
    close: async () => {},
  };
}

function workerPool({ jobs, settings, rules, signal, log }: PoolOptions): Pool {
  const piscina = new Piscina({
    filename: workerFile(),
    minThreads: jobs,
    maxThreads: jobs,
    concurrentTasksPerWorker: 1,
    workerData: { settings, rules },
    idleTimeout: Number.POSITIVE_INFINITY,
  });
  return {
    async run(shard, sink) {
      const { port1, port2 } = new MessageChannel();
      const credit = new Credit();
      const abort = () => port1.postMessage('abort');
      signal.addEventListener('abort', abort, { once: true });
      const drained = receive(port1, { sink, credit, log });
      try {
        const task = { shard, port: port2, credit: credit.shared };
        const tally: Tally = await piscina.run(task, { transferList: [port2] });
        await drained;
        return tally;
      } finally {
        signal.removeEventListener('abort', abort);
        credit.abandon();
        port1.close();
      }
    },
    close: () => piscina.destroy(),
  };
}

/** Hands on what a worker sends, in order; resolves when its last line is written. */
function receive(
  port: import('node:worker_threads').MessagePort,
  to: { sink: ShardSink; credit: Credit; log: Log },
): Promise<void> {
  return new Promise((resolve, reject) => {
    let written = Promise.resolve();
    port.on('message', (message: WorkerMessage) => {
      if (message.type === 'lines') {
        const { lines } = message;
        written = written.then(() => to.sink.lines(lines)).then(() => to.credit.give(lines.length));
        written.catch(reject);
      } else if (message.type === 'item') to.sink.item(message.bytes);
      else if (message.type === 'log') to.log[message.level](message.fields, message.message);
      else written.then(resolve, reject);
    });
  });
}

/** The compiled worker, also when this file runs from source in a test. */
function workerFile(): string {
  const here = new URL('./worker-entry.cjs', import.meta.url);
  const built = new URL('../../dist/pipeline/worker-entry.cjs', import.meta.url);
  return fileURLToPath(existsSync(here) ? here : built);
}
