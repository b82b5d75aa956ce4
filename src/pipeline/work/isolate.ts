/**
 * Second attempt for a shard that killed its worker: scans it in a child process with limits, which records each
 * content before opening it. If the child hangs at a content, or dies at the same content twice (once can be a signal
 * from outside), that content is condemned: its coverage is `timeout` or `crashed` and it is not opened again. The
 * shard then starts over; everything else in it is read as usual.
 */
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LeaksiftError, throwIfInterrupted } from '../../core/errors.js';
import { MiB } from '../../core/limits.js';
import { makePrivateFolder } from '../../core/private-folder.js';
import type { Rule } from '../../core/rule.js';
import type { Settings } from '../../core/settings.js';
import type { Log } from '../../core/source.js';
import { FolderStore } from '../runs/folder-store.js';
import { UNKEYED } from '../runs/seal.js';
import { readShardEnd } from '../runs/shard-file.js';
import type { Tally } from '../scan/tally.js';
import type { ShardTask } from './worker-protocol.js';

export type Condemned = Readonly<Record<string, string>>;

/** The child's input, as JSON in a private file. Not in its arguments: it holds secrets. */
export type IsolationTask = ShardTask & {
  readonly settings: Settings;
  readonly rules: readonly Rule[];
  readonly condemned: Condemned;
  /** The child overwrites this file with the locator of each content as it begins, and as it may be shown. */
  readonly marker: string;
};

export type IsolationOptions = {
  readonly settings: Settings;
  readonly rules: readonly Rule[];
  readonly signal: AbortSignal;
  readonly log: Log;
};

/**
 * With more condemned contents a shard is abandoned: all its contents are recorded as crashed. Each costs two child
 * processes.
 */
const MAX_CONDEMNED = 100;
/** The key that condemns every content. No locator is empty. */
export const ALL = '';
/** Less than a worker has (pool.ts): a content that needs more is condemned. */
const CHILD_HEAP_MB = 1024;
/** Twice the heap: buffers and WebAssembly are outside it. */
const CHILD_RSS_BYTES = 2 * 1024 * MiB;
/** Added to the time limit of an item, which the child enforces itself if its parser allows it. */
const HANG_GRACE_MS = 10_000;
/** Memory can grow by about 100 MB between two checks. */
const WATCH_MS = 1000;

export async function isolateShard(task: ShardTask, options: IsolationOptions): Promise<Tally> {
  const folder = await makePrivateFolder();
  const marker = join(folder, 'at');
  const condemned: Record<string, string> = {};
  let diedAt: string | undefined;
  try {
    for (let tries = 0; tries <= 2 * MAX_CONDEMNED + 1; tries++) {
      if (Object.keys(condemned).length > MAX_CONDEMNED) condemned[ALL] = 'crashed';
      await writeFile(marker, '');
      const { settings, rules } = options;
      const taskFile = join(folder, 'task.json');
      const given: IsolationTask = { ...task, settings, rules, condemned, marker };
      await writeFile(taskFile, JSON.stringify(given, infinityAsText), { mode: 0o600 });
      const outcome = await runChild(taskFile, marker, options);
      const end = outcome === 'done' ? await endOf(task.path) : undefined;
      if (end) return end.tally;
      throwIfInterrupted(options.signal);
      const [at = '', shown] = (await readFile(marker, 'utf8')).split('\n');
      const reason = outcome === 'hung' ? 'timeout' : 'crashed';
      const isFirst = reason === 'crashed' && at !== diedAt;
      diedAt = at;
      if (isFirst) continue;
      // A child that dies before opening a content dies of a fault of ours.
      if (at === '' || at in condemned) break;
      condemned[at] = reason;
      options.log.error({ at: shown, reason }, 'this content ends its reader; it is left out');
    }
    throw new LeaksiftError('crashed', `shard ${task.shard.index} cannot be scanned in isolation`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function endOf(path: string) {
  return readShardEnd(new FolderStore(dirname(path)), basename(path), UNKEYED);
}

/** JSON has no Infinity; limits use it. */
function infinityAsText(_: string, value: unknown): unknown {
  return value === Number.POSITIVE_INFINITY ? 'Infinity' : value;
}

type Outcome = 'done' | 'died' | 'hung';

function runChild(taskFile: string, marker: string, options: IsolationOptions): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = fork(childFile(), [taskFile], {
      execArgv: [`--max-old-space-size=${CHILD_HEAP_MB}`],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    let hung = false;
    let last = 0;
    let since = performance.now();
    const stop = () => child.kill('SIGKILL');
    options.signal.addEventListener('abort', stop, { once: true });
    const patienceMs = options.settings.limits.timeoutMs + HANG_GRACE_MS;
    const watch = setInterval(async () => {
      if ((await residentBytes(child.pid)) > CHILD_RSS_BYTES) stop();
      const { mtimeMs = last } = (await stat(marker).catch(() => undefined)) ?? {};
      // Measured with the monotonic clock: the file's time stamps follow the wall clock, which can jump.
      if (mtimeMs !== last) since = performance.now();
      last = mtimeMs;
      if (performance.now() - since <= patienceMs) return;
      hung = true;
      stop();
    }, WATCH_MS);
    child.on('error', () => {});
    child.on('close', (code) => {
      clearInterval(watch);
      options.signal.removeEventListener('abort', stop);
      resolve(hung ? 'hung' : code === 0 ? 'done' : 'died');
    });
  });
}

/** 0 if unknown: only Linux has this file. */
async function residentBytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'latin1').catch(() => '');
  return Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}

function childFile(): string {
  const here = new URL('./child.js', import.meta.url);
  const built = new URL('../../../dist/pipeline/work/child.js', import.meta.url);
  return fileURLToPath(existsSync(here) ? here : built);
}
