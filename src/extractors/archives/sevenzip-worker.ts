/**
 * Runs 7-Zip (7z-wasm, LGPL, a separate replaceable module) on a thread that can be killed. It has no file system but
 * its own memory: the archive is read through one open file, and extracted data is posted as it is written and never
 * stored. Serves one archive after another: the compiled code is kept, an instance with its heap lives for one
 * command only. Loaded by sevenzip-thread.ts only.
 */
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import SevenZip, { type SevenZipModule } from '7z-wasm';
import { guardThread } from '../../core/guard.js';
import { interceptOutput, type MemberSink, serveFile } from './sevenzip-output.js';
import {
  ARCHIVE,
  MAX_UNTAKEN,
  type SevenZipEvent,
  type SevenZipRequest,
  type SevenZipStart,
} from './sevenzip-protocol.js';

/** @types/node 20 declares no WebAssembly namespace; this declares the part in use. */
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object, imports: object): Promise<Instance>;
};
type Instance = { exports: { memory: { buffer: ArrayBuffer } } };

/** 7-Zip's own status for a fatal error. */
const FAILED = 2;
const untaken = new Int32Array((workerData as SevenZipStart).untaken);

function post(event: SevenZipEvent): void {
  parentPort?.postMessage(event);
}

/** Posts a chunk once the reader has room; the thread sleeps meanwhile. */
function postData(bytes: Uint8Array): void {
  for (let held = Atomics.load(untaken, 0); held >= MAX_UNTAKEN; held = Atomics.load(untaken, 0)) {
    Atomics.wait(untaken, 0, held);
  }
  Atomics.add(untaken, 0, 1);
  post({ type: 'data', bytes });
}

type Source = { size: number; read(buffer: Uint8Array, position: number): number; close(): void };

function openArchive(archive: string | Uint8Array): Source {
  if (typeof archive !== 'string') {
    return {
      size: archive.length,
      read: (buffer, position) => {
        const part = archive.subarray(position, position + buffer.length);
        buffer.set(part);
        return part.length;
      },
      close: () => {},
    };
  }
  const fd = openSync(archive, 'r');
  return {
    size: fstatSync(fd).size,
    read: (buffer, position) => readSync(fd, buffer, 0, buffer.length, position),
    close: () => closeSync(fd),
  };
}

/** Posts what 7-Zip writes to the members' folder as events. */
const sink: MemberSink = {
  open: (path) => post({ type: 'open', path }),
  data: postData,
  close: () => post({ type: 'close' }),
  link: (path) => post({ type: 'link', path }),
};

// Members are posted, never stored: this thread only reads.
guardThread({ mayWrite: () => false, mayStart: () => false, mayConnect: () => false });

/** Compiled once, instantiated for each command: 7-Zip keeps state that breaks a second one. */
const compiled = WebAssembly.compile(
  readFileSync(createRequire(import.meta.url).resolve('7z-wasm/7zz.wasm')),
);

async function run(args: readonly string[], source: Source): Promise<void> {
  const module = await compiled;
  let code = 0;
  let instance: Instance | undefined;
  // The package is CommonJS; its types claim otherwise.
  const factory = SevenZip as unknown as (options: object) => Promise<SevenZipModule>;
  const sevenZip = await factory({
    instantiateWasm: (imports: object, receive: (instance: object) => void) => {
      WebAssembly.instantiate(module, imports).then((made) => {
        instance = made;
        receive(made);
      }, rethrow);
    },
    print: (text: string) => post({ type: 'line', text }),
    printErr: (text: string) => post({ type: 'error-line', text }),
    stdin: () => null,
    quit: (status: number) => {
      code = status;
    },
  });
  sevenZip.FS.mkdir('/in');
  serveFile(sevenZip.FS, ARCHIVE, source);
  interceptOutput(sevenZip.FS, sink);
  try {
    // Returns the status unless it quits; its types declare neither.
    const status: unknown = sevenZip.callMain([...args]);
    if (typeof status === 'number') code = status;
  } catch (error) {
    const status = (error as { status?: unknown }).status;
    // A bare number is a C++ exception on input that 7-Zip cannot parse. During extraction it is rethrown, since
    // members would look whole.
    if (typeof error === 'number' && args[0] !== 'x') code = FAILED;
    else if (typeof status !== 'number') throw error;
    else code = status;
  }
  post({ type: 'exit', code, heapBytes: instance?.exports.memory.buffer.byteLength ?? 0 });
}

/** An uncaught error ends the thread, and its reader gets `crashed`. */
function rethrow(error: unknown): never {
  throw error;
}

let source: Source | undefined;

function drop(): void {
  source?.close();
  source = undefined;
}

parentPort?.on('message', (request: SevenZipRequest) => {
  if (request.type === 'open') {
    drop();
    source = openArchive(request.archive);
  } else if (request.type === 'close') drop();
  else if (source) {
    run(request.args, source).catch((error: unknown) => {
      setImmediate(rethrow, error);
    });
  }
});
