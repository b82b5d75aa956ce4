/**
 * A worker thread: one shard in, its events out through the task's port as finished JSON lines, its counts
 * as the result. Compiles the packs once. The only pipeline file that reads its thread's workerData.
 */
import { type MessagePort, workerData } from 'node:worker_threads';
import type { Rule } from '../core/rule.js';
import { Credit } from './credit.js';
import { newScanning } from './load.js';
import type { Shard } from './plan.js';
import { portLog } from './port-log.js';
import type { Scanning } from './scan-content.js';
import { scanShard } from './scan-shard.js';
import type { Settings } from './settings.js';
import type { Tally } from './tally.js';
import { installTextDecoder } from './text-decoder.js';

export type WorkerTask = {
  readonly shard: Shard;
  readonly port: MessagePort;
  readonly credit: SharedArrayBuffer;
};

/** From worker to main, besides the result. */
export type WorkerMessage =
  | { readonly type: 'lines'; readonly lines: Uint8Array }
  | { readonly type: 'item'; readonly bytes: number }
  | {
      readonly type: 'log';
      readonly level: 'debug' | 'info' | 'warn' | 'error';
      readonly fields: object;
      readonly message: string;
    }
  | { readonly type: 'end' };

installTextDecoder();
// piscina hands its own workerData array; ours is its last entry.
const { settings, rules } = (Array.isArray(workerData) ? workerData.at(-1) : workerData) as {
  settings: Settings;
  rules: readonly Rule[];
};
let scanning: Promise<Scanning> | undefined;

export default async function scanInWorker(task: WorkerTask): Promise<Tally> {
  const { shard, port } = task;
  const send = (message: WorkerMessage, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
  const credit = new Credit(task.credit);
  const abort = new AbortController();
  port.on('message', () => abort.abort());
  port.unref();
  const log = portLog(send);
  scanning ??= newScanning(settings, rules, log);
  const emit = (lines: Buffer) => {
    // A copy of its own, so that it can be transferred.
    const own = new Uint8Array(lines);
    send({ type: 'lines', lines: own }, [own.buffer as ArrayBuffer]);
    credit.take(lines.length);
  };
  try {
    return await scanShard(shard, {
      scanning: { ...(await scanning), log },
      source: { options: settings.source, limits: settings.limits, signal: abort.signal, log },
      clock: () => performance.now(),
      emit,
      ready: async () => {},
      finished: (item) => send({ type: 'item', bytes: item.bytes ?? 0 }),
    });
  } finally {
    send({ type: 'end' });
  }
}
