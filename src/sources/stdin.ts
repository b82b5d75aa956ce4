/**
 * Standard input as one item, address `-`. Read through file descriptor 0, so that any thread can. Pipes and sockets
 * are polled, not read blocking: a blocking read would occupy a pool thread and keep the process from ending on a
 * signal. `--timeout` limits the silence between bytes.
 */
import fs from 'node:fs';
import { Socket } from 'node:net';
import { LeaksiftError } from '../core/errors.js';
import { MiB } from '../core/limits.js';
import type { Item, Source, SourceContext } from '../core/source.js';
import { LONGEST_TIMER_MS, mustBring, type Patience, readOpenEnded } from './file-stream.js';

const STDIN_FD = 0;

export const stdinSource: Source = {
  id: 'stdin',
  traits: {
    isReadOnce: true,
    shardBytes: 64 * MiB,
    firstShardBytes: 8 * MiB,
    rangeBytes: 64 * MiB,
    itemsAtOnce: 1,
  },
  accepts: (address) => address === '-',
  async *list(): AsyncGenerator<Item> {
    yield { scheme: 'stdin', uri: 'stdin', target: '-' };
  },
  open: async (item, context) => ({
    locator: { uri: item.uri, hops: [] },
    name: 'stdin',
    reopenable: false,
    isPaced: true,
    open: () => (context.options.allowEmpty ? readStdin(context) : mustBring(readStdin(context), item.uri)),
  }),
};

function readStdin({ signal, limits }: SourceContext) {
  const { timeoutMs: idleMs, maxFileBytes: maxBytes } = limits;
  const patience = { name: 'stdin', signal, idleMs, firstByteMs: 0, maxBytes };
  const kind = fs.fstatSync(STDIN_FD);
  if (kind.isFIFO() || kind.isSocket()) return readSocket(kind.isFIFO() ? reopened() : STDIN_FD, patience);
  return readOpenEnded(kind.isCharacterDevice() ? reopened() : STDIN_FD, patience);
}

/**
 * The same pipe or terminal under a new, non-blocking description; the fd 0 of other processes is unchanged. Without
 * /proc, fd 0 itself.
 */
function reopened(): number {
  try {
    return fs.openSync('/proc/self/fd/0', fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
  } catch {
    return STDIN_FD;
  }
}

/** Throws `timeout`, `interrupted` or `limit-file-size`. Only the wait for bytes is silence, not a slow consumer. */
async function* readSocket(fd: number, { name, signal, idleMs, maxBytes }: Patience): AsyncGenerator<Buffer> {
  const socket = new Socket({ fd, readable: true, writable: false });
  const late = () =>
    socket.destroy(new LeaksiftError('timeout', `no bytes for ${idleMs / 1000} s (${name})`));
  const interrupt = () => socket.destroy(new LeaksiftError('interrupted', `interrupted (${name})`));
  const chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    if (signal.aborted) interrupt();
    for (let total = 0; ; ) {
      const timer = Number.isFinite(idleMs)
        ? setTimeout(late, Math.min(idleMs, LONGEST_TIMER_MS))
        : undefined;
      const next = await chunks.next().finally(() => clearTimeout(timer));
      if (next.done) return;
      total += next.value.length;
      if (total > maxBytes)
        throw new LeaksiftError('limit-file-size', `larger than --max-file-size (${name})`);
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', interrupt);
    socket.destroy();
  }
}
