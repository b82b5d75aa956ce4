/**
 * Local files and folders. Addresses are paths; the target of an item is the exact path in surrogateescape form.
 * Regular files are read up to the size they were listed with; files without a size (/proc, pipes named on the
 * command line) are read as streams. Never blocks on a FIFO.
 */
import fs, { type BigIntStats, constants } from 'node:fs';
import { posix } from 'node:path';
import type { Content } from '../core/content.js';
import { codeOf, LeaksiftError } from '../core/errors.js';
import { escapeName } from '../core/locator.js';
import type { ByteRange } from '../core/range.js';
import type { Item, Source, SourceContext } from '../core/source.js';
import { BlockingCalls } from './blocking-calls.js';
import { mustBring, readFixed, readOpenEnded, sliceStream } from './file-stream.js';
import { compareVersion, faultItem, itemOf, statOf, walkFolder } from './file-walk.js';
import { nameFilter } from './glob.js';
import { fsPath } from './local-path.js';

/** How long a named pipe may lack a writer. */
const FIRST_WRITER_MS = 2000;
/** Files up to this size are read with one call. */
const SMALL_BYTES = 256 * 1024;
/** Non-blocking: a FIFO that replaced the file opens at once, without a writer. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

export const fileSource: Source = {
  id: 'file',
  traits: { isLocal: true },
  accepts: isPath,
  list: listPath,
  open: openFile,
};

function isPath(address: string): boolean {
  return address !== '-' && !/^[a-z][a-z0-9+.-]*:\/\//i.test(address);
}

async function* listPath(address: string, context: SourceContext): AsyncGenerator<Item> {
  const root = normalise(address);
  const name = escapeName(root);
  const stats = await statOf(root, 'stat').catch((error: unknown) => {
    throw asOurs(error, name);
  });
  if (stats.isDirectory()) {
    yield* walkRoot(root, context);
    return;
  }
  const { wants } = nameFilter(context.options);
  if (!wants(root.slice(root.lastIndexOf('/') + 1), () => name)) context.omitted?.('item');
  else if (stats.isFIFO()) yield { scheme: 'file', uri: name, target: root };
  else if (stats.isFile()) yield itemOf(root, stats, context);
  else yield faultItem(root, 'skipped', 'not-regular-file');
}

async function* walkRoot(root: string, context: SourceContext): AsyncGenerator<Item> {
  try {
    yield* walkFolder(root, context);
  } catch (error) {
    throw asOurs(error, escapeName(root));
  }
}

function normalise(address: string): string {
  const path = posix.normalize(address);
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

function asOurs(error: unknown, name: string): LeaksiftError {
  if (error instanceof LeaksiftError) return error;
  const code = codeOf(error);
  return new LeaksiftError(code, `cannot read ${name}: ${code}`, { cause: error });
}

async function openFile(item: Item, context: SourceContext): Promise<Content> {
  if (item.version === undefined) return pipeContent(item, context);
  const extent = item.bytes ?? 0;
  const isMeasured = extent > 0;
  return {
    ...identity(item),
    size: isMeasured ? extent : undefined,
    reopenable: true,
    localPath: isMeasured ? fsPath(item.target) : undefined,
    open: (range) => readFile(item, { context, extent, range }),
  };
}

function identity(item: Item) {
  const { uri, version, target } = item;
  return { locator: { uri, version, hops: [] }, name: target.slice(target.lastIndexOf('/') + 1) };
}

/** Throws `changed` unless the listed bytes can still be there. */
function mustBeListed({ version = '', uri }: Item, now: BigIntStats): void {
  if (now.isFile() && compareVersion(version, now) !== 'changed') return;
  throw new LeaksiftError('changed', `changed since it was listed (${uri})`);
}

type Reading = { readonly context: SourceContext; readonly extent: number; readonly range?: ByteRange };

async function* readFile(item: Item, reading: Reading): AsyncGenerator<Buffer> {
  const pace = paceOf(reading.context);
  if (reading.extent > 0 && reading.extent <= SMALL_BYTES && pace.blocks()) {
    const bytes = pace.timed(() => readSmall(item, reading));
    if (bytes.length > 0) yield bytes;
    return;
  }
  yield* readLarge(item, reading);
}

/** A small file, read with one call. */
function readSmall(item: Item, { extent, range, context: { signal } }: Reading): Buffer {
  if (signal.aborted) throw new LeaksiftError('interrupted', `interrupted (${item.uri})`);
  const { start = 0, end = extent } = range ?? {};
  const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(end, extent) - start));
  let fd: number | undefined;
  try {
    fd = fs.openSync(fsPath(item.target), OPEN_FLAGS);
    mustBeListed(item, fs.fstatSync(fd, { bigint: true }));
    const bytes = fs.readSync(fd, buffer, 0, buffer.length, start);
    // A write in between would have mixed two versions.
    mustBeListed(item, fs.fstatSync(fd, { bigint: true }));
    return buffer.subarray(0, bytes);
  } catch (error) {
    throw asOurs(error, item.uri);
  } finally {
    if (fd !== undefined) fs.closeSync(fd);
  }
}

async function* readLarge(item: Item, { context, extent, range }: Reading): AsyncGenerator<Buffer> {
  const fd = await openPath(item);
  try {
    mustBeListed(item, fs.fstatSync(fd, { bigint: true }));
    const { start = 0, end = Number.POSITIVE_INFINITY } = range ?? {};
    if (extent === 0) {
      yield* sliceStream(readOpenEnded(fd, patience(item, context, 0)), { start, end });
      return;
    }
    const { signal } = context;
    yield* readFixed(fd, { start, end: Math.min(end, extent) }, { name: item.uri, signal });
    mustBeListed(item, fs.fstatSync(fd, { bigint: true }));
  } catch (error) {
    throw asOurs(error, item.uri);
  } finally {
    fs.close(fd, () => {});
  }
}

/** Timings of each run's disks. Collected with its context. */
const paces = new WeakMap<SourceContext, BlockingCalls>();

function paceOf(context: SourceContext): BlockingCalls {
  const pace = paces.get(context) ?? new BlockingCalls();
  paces.set(context, pace);
  return pace;
}

function openPath(item: Item): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.open(fsPath(item.target), OPEN_FLAGS, (error, fd) =>
      error ? reject(asOurs(error, item.uri)) : resolve(fd),
    );
  });
}

function patience(item: Item, { signal, limits }: SourceContext, firstByteMs: number) {
  const { timeoutMs: idleMs, maxFileBytes: maxBytes } = limits;
  return { name: item.uri, signal, idleMs, firstByteMs, maxBytes };
}

/** A FIFO named on the command line, such as a process substitution: readable once. */
function pipeContent(item: Item, context: SourceContext): Content {
  return { ...identity(item), reopenable: false, isPaced: true, open: () => readPipe(item, context) };
}

async function* readPipe(item: Item, context: SourceContext): AsyncGenerator<Buffer> {
  const fd = await openPath(item);
  try {
    if (!fs.fstatSync(fd).isFIFO()) throw new LeaksiftError('changed', `no longer a pipe (${item.uri})`);
    const bytes = readOpenEnded(fd, patience(item, context, FIRST_WRITER_MS));
    yield* context.options.allowEmpty ? bytes : mustBring(bytes, item.uri);
  } catch (error) {
    throw asOurs(error, item.uri);
  } finally {
    fs.close(fd, () => {});
  }
}
