/**
 * A worker thread. Input: one shard; output: its events in a shard file, and its counts. Compiles the packs once. The
 * only pipeline file that reads workerData.
 */
import { workerData } from 'node:worker_threads';
import { codeOf, safeMessage, throwIfInterrupted } from '../../core/errors.js';
import type { Rule } from '../../core/rule.js';
import type { Settings } from '../../core/settings.js';
import type { Log } from '../../core/source.js';
import { openReaders } from '../readers/readers.js';
import type { ShardWriter } from '../runs/shard-file.js';
import type { Scanning } from '../scan/scan-content.js';
import { scanShard } from '../scan/scan-shard.js';
import { newScanning } from './load.js';
import { portLog } from './port-log.js';
import { openShardOutput } from './shard-output.js';
import { guardWorker } from './worker-guard.js';
import type { WorkerMessage, WorkerResult, WorkerTask } from './worker-protocol.js';

/** Progress is reported in steps of this size, so that small chunks and files do not cause a message each. */
const BYTES_STEP = 1024 * 1024;
const STEP_MS = 100;

// piscina passes an array of workerData; ours is its last entry.
const { settings, rules } = (Array.isArray(workerData) ? workerData.at(-1) : workerData) as {
  settings: Settings;
  rules: readonly Rule[];
};
const guard = guardWorker(settings);
let scanning: Promise<Scanning> | undefined;

async function openScanning(log: Log): Promise<Scanning> {
  return newScanning(settings, rules, { log, readers: await openReaders(settings.plugins) });
}

export default async function scanInWorker(task: WorkerTask): Promise<WorkerResult> {
  const { shard, port } = task;
  const send = (message: WorkerMessage) => port.postMessage(message);
  const beat = new Int32Array(task.beat);
  const abort = new AbortController();
  port.on('message', () => abort.abort());
  port.unref();
  const log = portLog(send);
  scanning ??= openScanning(log);
  const pulse = setInterval(() => Atomics.add(beat, 0, 1), 1000);
  const unreported = { items: 0, bytes: 0, since: performance.now() };
  const report = () => {
    const { items, bytes } = unreported;
    send({ type: 'progress', items, bytes });
    Object.assign(unreported, { items: 0, bytes: 0, since: performance.now() });
  };
  let file: ShardWriter | undefined;
  try {
    guard.allow(task, (await scanning).readers);
    const output = openShardOutput(task, settings);
    file = output;
    const result = await scanShard(shard, {
      carried: task.carried,
      scanning: { ...(await scanning), log },
      source: { options: settings.source, limits: settings.limits, signal: abort.signal, log },
      clock: () => performance.now(),
      emit: (lines) => output.write(lines),
      ready: async () => {},
      begin: () => Atomics.add(beat, 0, 1),
      read: (bytes) => {
        unreported.bytes += bytes;
        if (unreported.bytes < BYTES_STEP) return;
        Atomics.add(beat, 0, 1);
        report();
      },
      finished: () => {
        unreported.items += 1;
        if (performance.now() - unreported.since >= STEP_MS) report();
      },
    });
    report();
    // An interrupted shard is scanned again when the run resumes.
    if (task.kept) throwIfInterrupted(abort.signal);
    output.finish(result);
    return { tally: result.tally };
  } catch (error) {
    file?.discard();
    const code = (error as { code?: string }).code ?? codeOf(error);
    return { fault: { code, message: safeMessage(error) } };
  } finally {
    clearInterval(pulse);
  }
}
