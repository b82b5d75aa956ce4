/**
 * Removes from a thread what no reader of hostile bytes needs: starting processes, opening connections, and writing
 * outside its private folders. Replaces the functions of Node's modules, which JavaScript and WebAssembly must use;
 * native addons bypass it. Call it before any parser is loaded. It cannot be undone.
 */
import childProcess from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns';
import fs from 'node:fs';
import module from 'node:module';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import workerThreads from 'node:worker_threads';
import { LeaksiftError } from './errors.js';

export type Guard = {
  /** Whether this file may be written, if it is outside the private folders (`leaksift-*`) of the temporary folder. */
  mayWrite(file: string): boolean;
  /** Whether this program, or shell command line, may be started. */
  mayStart(program: string): boolean;
  /** Whether this host may be connected to, or resolved. Asked for each connection. */
  mayConnect(host: string): boolean;
};

type Callable = (...args: unknown[]) => unknown;
type Members = Record<string, unknown>;

/** Functions that write, and which of their arguments are the paths that they change. */
const WRITES: Readonly<Record<string, readonly number[]>> = {
  ...Object.fromEntries(
    [
      ...[
        'writeFile',
        'appendFile',
        'mkdir',
        'mkdtemp',
        'rm',
        'rmdir',
        'unlink',
        'truncate',
        'chmod',
        'chown',
      ],
      ...['lchmod', 'lchown', 'utimes', 'lutimes', 'mkdtempDisposable'],
    ].map((name) => [name, [0]]),
  ),
  ...{ rename: [0, 1], link: [1], symlink: [1], copyFile: [1], cp: [1] },
};
const PROCESSES = ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'] as const;
const LOOKUPS = /^(?:lookup|resolve\w*|reverse)$/;
const PRIVATE_FOLDER = /^leaksift-/;
const { O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND } = fs.constants;
const WRITING = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND;

/** Threads may run only files of this install: of this package, and of the packages installed beside it. */
const PACKAGE = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const INSTALL = path.basename(path.dirname(PACKAGE)) === 'node_modules' ? path.dirname(PACKAGE) : PACKAGE;

export function guardThread(guard: Guard): void {
  guardFiles(guard);
  guardProcesses(guard);
  guardConnections(guard);
  guardThreads();
  // Updates the named imports of ES modules.
  module.syncBuiltinESMExports();
}

function refuse(what: string): never {
  throw new LeaksiftError('guarded', `guard: a reader tried to ${what}`);
}

function guardFiles({ mayWrite }: Guard): void {
  const temporary = [tmpdir(), fs.realpathSync(tmpdir())];
  const isPrivate = (file: string) =>
    temporary.some((root) => isBelow(file, root) && PRIVATE_FOLDER.test(path.relative(root, file)));
  const check = (target: unknown): void => {
    // The path was checked when the descriptor was opened.
    if (typeof target === 'number') return;
    const file = path.resolve(target instanceof URL ? fileURLToPath(target) : String(target));
    if (!isPrivate(file) && !mayWrite(file)) refuse('write a file');
  };
  for (const owner of [fs, fs.promises] as unknown as Members[]) {
    for (const [name, places] of Object.entries(WRITES)) {
      for (const full of [name, `${name}Sync`]) {
        wrap(owner, full, (args) => {
          for (const at of places) check(args[at]);
        });
      }
    }
    for (const name of ['open', 'openSync']) {
      wrap(owner, name, ([target, flags]) => {
        if (mayChange(flags)) check(target);
      });
    }
  }
  wrap(fs as unknown as Members, 'createWriteStream', ([target]) => check(target));
}

/** Whether a file opened with these flags can be changed. `open(path, callback)` and `open(path)` only read. */
function mayChange(flags: unknown): boolean {
  if (typeof flags === 'number') return (flags & WRITING) !== 0;
  return typeof flags === 'string' && !/^(?:r|rs|sr)$/.test(flags);
}

const isBelow = (file: string, root: string) => file.startsWith(root + path.sep);

function guardProcesses({ mayStart }: Guard): void {
  for (const name of PROCESSES) {
    wrap(childProcess as unknown as Members, name, ([command]) => {
      if (!mayStart(String(command))) refuse('start a process');
    });
  }
}

function guardConnections({ mayConnect }: Guard): void {
  wrap(net.Socket.prototype as unknown as Members, 'connect', (args) => {
    const [first, second] = Array.isArray(args[0]) ? args[0] : args;
    const options = typeof first === 'object' && first !== null ? (first as Members) : undefined;
    if (typeof options?.path === 'string' || typeof first === 'string') refuse('open a connection');
    const host = options ? options.host : second;
    if (!mayConnect(typeof host === 'string' ? host : 'localhost')) refuse('open a connection');
  });
  for (const name of ['bind', 'connect', 'send']) {
    wrap(dgram.Socket.prototype as unknown as Members, name, () => refuse('open a connection'));
  }
  for (const owner of [dns, dns.promises] as unknown as Members[]) {
    for (const name of Object.keys(owner).filter((key) => LOOKUPS.test(key))) {
      wrap(owner, name, ([host]) => {
        if (!mayConnect(String(host))) refuse('look up a host');
      });
    }
  }
}

function guardThreads(): void {
  const { Worker } = workerThreads;
  class GuardedWorker extends Worker {
    constructor(file: string | URL, options?: workerThreads.WorkerOptions) {
      const name = file instanceof URL ? fileURLToPath(file) : path.resolve(file);
      if (options?.eval || !isBelow(name, INSTALL)) refuse('start a thread');
      super(file, options);
    }
  }
  Object.assign(workerThreads, { Worker: GuardedWorker });
}

/** Calls `before` with the arguments first. If it throws, the call throws, or its promise rejects. */
function wrap(owner: Members, name: string, before: (args: unknown[]) => void): void {
  const original = owner[name];
  if (typeof original !== 'function') return;
  const isPromised = owner === (fs.promises as unknown) || owner === (dns.promises as unknown);
  const guarded = function (this: unknown, ...args: unknown[]): unknown {
    try {
      before(args);
    } catch (error) {
      if (isPromised) return Promise.reject(error);
      throw error;
    }
    return (original as Callable).apply(this, args);
  };
  // Keeps properties such as promisify.custom.
  owner[name] = Object.assign(guarded, original);
}
