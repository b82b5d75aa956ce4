/**
 * The folder that 7-Zip extracts to: it accepts every path and stores nothing. Data written to a file is passed on;
 * folders, links, times and modes are accepted and dropped. Nothing ever exists in it, so members cannot conflict (a
 * file below a file, one name twice), and no link can be followed.
 */
import type { FileSystem } from '7z-wasm';
import { OUTPUT } from './sevenzip-protocol.js';

/** The parts of Emscripten's file system that its type declarations omit. */
export type Stream = { path: string; node: Node; stream_ops: StreamOps };
type Node = { usedBytes: number; node_ops: object };
type StreamOps = {
  read?(stream: Stream, buffer: Uint8Array, offset: number, length: number, position: number): number;
  write?(stream: Stream, buffer: Uint8Array, offset: number, length: number): number;
  close?(stream: Stream): void;
};
type Call = (...args: unknown[]) => unknown;
type OpenFs = Record<string, Call> & {
  open(path: string, flags: number | string, mode?: number): Stream;
  /** The only error that its system calls return to 7-Zip as a status; any other ends the program. */
  readonly ErrnoError: new (
    errno: number,
  ) => Error;
};

/** Receives the members; paths are relative to the folder. */
export interface MemberSink {
  open(path: string): void;
  data(bytes: Uint8Array): void;
  close(): void;
  link(path: string): void;
}

/** WASI error numbers in Emscripten (https://wasix.org/docs/api-reference/wasi/errno). */
const ERRNO = { io: 29, noEntry: 44 };
/** O_CREAT of musl: 7-Zip opens its output files with it. */
const CREATE = 0o100;
/** The one file that backs all streams of members; it stays empty. */
const SCRATCH = '/scratch';
const DROPPED = ['rename', 'chmod', 'lchmod', 'chown', 'lchown', 'utime', 'truncate'];

export function interceptOutput(fileSystem: FileSystem, sink: MemberSink): void {
  const fs = fileSystem as unknown as OpenFs;
  fileSystem.mkdir(OUTPUT);
  const open = fs.open.bind(fs);
  const stat = fileSystem.stat.bind(fs);
  /** The last entry made: 7-Zip reads its mode back to change it. All others do not exist. */
  let last: { readonly path: unknown; readonly like: string } | undefined;
  const divert = (name: string, instead: Call) => {
    const original = fs[name]?.bind(fs);
    fs[name] = (...args) => (args.some(isInside) ? instead(...args) : original?.(...args));
  };
  const forget = () => {
    last = undefined;
  };
  for (const name of DROPPED) divert(name, () => undefined);
  for (const name of ['unlink', 'rmdir']) divert(name, forget);
  for (const name of ['stat', 'lstat']) {
    divert(name, (path) => (last?.path === path ? stat(last?.like as string) : fail(fs, ERRNO.noEntry)));
  }
  divert('readlink', () => fail(fs, ERRNO.noEntry));
  divert('mkdir', (path) => {
    last = { path, like: OUTPUT };
  });
  divert('symlink', (_target, path) => sink.link(relative(path as string)));
  divert('open', (path, flags) => {
    if (typeof flags !== 'number' || (flags & CREATE) === 0) return fail(fs, ERRNO.noEntry);
    last = { path, like: SCRATCH };
    sink.open(relative(path as string));
    return passOn(open(SCRATCH, flags), sink);
  });
}

/** Serves a file from elsewhere. An error of `read` becomes an I/O error, after which 7-Zip ends regularly. */
export function serveFile(
  fileSystem: FileSystem,
  path: string,
  source: { readonly size: number; read(buffer: Uint8Array, position: number): number },
): void {
  const fs = fileSystem as unknown as OpenFs;
  fileSystem.writeFile(path, '');
  const open = fs.open.bind(fs);
  fs.open = (at, flags, mode) => {
    const stream = open(at, flags, mode);
    if (stream.path !== path) return stream;
    stream.node.usedBytes = source.size;
    stream.stream_ops = {
      ...stream.stream_ops,
      read: (_stream, buffer, offset, length, position) => {
        try {
          return source.read(buffer.subarray(offset, offset + length), position);
        } catch {
          return fail(fs, ERRNO.io);
        }
      },
    };
    return stream;
  };
}

function isInside(path: unknown): boolean {
  return typeof path === 'string' && path.startsWith(`${OUTPUT}/`) && path.length > OUTPUT.length + 1;
}

function relative(path: string): string {
  return path.slice(OUTPUT.length + 1);
}

function fail(fs: OpenFs, errno: number): never {
  throw new fs.ErrnoError(errno);
}

function passOn(stream: Stream, sink: MemberSink): Stream {
  // 7-Zip sets the size in advance; that must not allocate memory.
  stream.node.node_ops = { ...stream.node.node_ops, setattr: () => {} };
  stream.stream_ops = {
    ...stream.stream_ops,
    write: (_stream, buffer, offset, length) => {
      sink.data(Uint8Array.from(buffer.subarray(offset, offset + length)));
      return length;
    },
    close: () => sink.close(),
  };
  return stream;
}
