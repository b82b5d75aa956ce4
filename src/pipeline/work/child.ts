/**
 * The child process of isolate.ts: scans one shard, one item at a time, and writes the locator of each content to a
 * file before opening it. Its only results are the shard file and its exit status.
 */
import { ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { argv, exit } from 'node:process';
import type { Content } from '../../core/content.js';
import { printLocator } from '../../core/locator.js';
import { openReaders } from '../readers/readers.js';
import { scanShard } from '../scan/scan-shard.js';
import { ALL, type IsolationTask } from './isolate.js';
import { newScanning } from './load.js';
import { openShardOutput } from './shard-output.js';
import { guardWorker } from './worker-guard.js';

const ALIVE_MS = 1000;
let latest: { readonly content: Content; readonly at: number } | undefined;
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };
const task = JSON.parse(readFileSync(argv[2] as string, 'utf8'), textAsInfinity) as IsolationTask;
const guard = guardWorker(task.settings, [task.marker]);
const marker = openSync(task.marker, 'r+');
const readers = await openReaders(task.settings.plugins);
const scanning = await newScanning(task.settings, task.rules, { log: SILENT, readers });
guard.allow(task, scanning.readers);
const file = openShardOutput(task, task.settings);
const { options, limits } = { options: task.settings.source, limits: task.settings.limits };
const result = await scanShard(task.shard, {
  carried: task.carried,
  scanning,
  source: { options, limits, signal: new AbortController().signal, log: SILENT },
  clock: () => performance.now(),
  emit: (lines) => file.write(lines),
  ready: async () => {},
  concurrency: 1,
  begin: note,
  read: keepAlive,
  condemned: (content) => task.condemned[ALL] ?? task.condemned[printLocator(content.locator)],
});
file.finish(result);
exit(0);

function note(content: Content): void {
  const { locator } = content;
  const at = Buffer.from(`${printLocator(locator)}\n${printLocator(scanning.names.locator(locator))}`);
  ftruncateSync(marker, 0);
  writeSync(marker, at, 0, at.length, 0);
}

/** A content that still delivers bytes is not hung, however long it takes. */
function keepAlive(): void {
  if (latest && performance.now() - latest.at > ALIVE_MS) note(latest.content);
}

function textAsInfinity(_: string, value: unknown): unknown {
  return value === 'Infinity' ? Number.POSITIVE_INFINITY : value;
}
