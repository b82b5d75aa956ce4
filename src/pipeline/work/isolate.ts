/**
 * Second chance for a shard that killed its worker: it is scanned again in a child process with limits,
 * which notes each content before it opens it. When the child hangs at a content, or dies twice at the same
 * (once may be a signal from outside), that content is condemned (recorded as `timeout` or `crashed`, not
 * opened again) and the shard starts over. Everything else of the shard is read as ever.
 */
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LeaksiftError } from '../../core/errors.js';
import { MiB } from '../../core/limits.js';
import type { Rule } from '../../core/rule.js';
import type { Settings } from '../../core/settings.js';
import type { Log } from '../../core/source.js';
import { readShardEnd } from '../runs/shard-file.js';
import type { Tally } from '../scan/tally.js';
import type { ShardTask } from './worker-protocol.js';

export type Condemned = Readonly<Record<string, string>>;

/** What the child is started with, as JSON in a private file: it holds secrets, so not in its arguments. */
export type IsolationTask = ShardTask & {
  readonly settings: Settings;
  readonly rules: readonly Rule[];
  readonly condemned: Condemned;
  /** The child overwrites this file with the locator of each content as it begins. */
  readonly marker: string;
};

export type IsolationOptions = {
  readonly settings: Settings;
  readonly rules: readonly Rule[];
  readonly signal: AbortSignal;
  readonly log: Log;
};

/** A shard with more killers than this is given up: all its contents are recorded as crashed. */
const MAX_CONDEMNED = 100;
/** The key that condemns every content. No locator is empty. */
export const ALL = '';
const CHILD_HEAP_MB = 1024;
/** Buffers and WebAssembly lie outside the heap. */
const CHILD_RSS_BYTES = 2 * 1024 * MiB;
const HANG_GRACE_MS = 10_000;
const WATCH_MS = 1000;

export async function isolateShard(task: ShardTask, options: IsolationOptions): Promise<Tally> {
  const folder = await mkdtemp(join(tmpdir(), 'leaksift-'));
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
      const end = outcome === 'done' ? await readShardEnd(task.path) : undefined;
      if (end) return end.tally;
      if (options.signal.aborted) throw new LeaksiftError('interrupted', 'interrupted');
      const at = await readFile(marker, 'utf8');
      const reason = outcome === 'hung' ? 'timeout' : 'crashed';
      const isFirst = reason === 'crashed' && at !== diedAt;
      diedAt = at;
      if (isFirst) continue;
      // A child that dies before it opens anything is our fault, not that of a content.
      if (at === '' || at in condemned) break;
      condemned[at] = reason;
      options.log.error({ at, reason }, 'this content ends its reader; it is left out');
    }
    throw new LeaksiftError('crashed', `shard ${task.shard.index} cannot be scanned in isolation`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
      // Told by a clock that nobody sets.
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

/** 0 where it cannot be told: other systems than Linux have no such file. */
async function residentBytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'latin1').catch(() => '');
  return Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}

function childFile(): string {
  const here = new URL('./child.js', import.meta.url);
  const built = new URL('../../../dist/pipeline/work/child.js', import.meta.url);
  return fileURLToPath(existsSync(here) ? here : built);
}
