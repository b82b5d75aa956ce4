/** Runs the built command line as a user does. Input: arguments; output: status, streams and the events. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll } from 'vitest';
import type { Event } from '../../src/core/events.js';

export const ROOT = resolve(import.meta.dirname, '../..');
export const FIXTURES = join(ROOT, 'fixtures');
export const CLI = join(ROOT, 'dist/cli.js');
if (!existsSync(CLI)) throw new Error('dist/cli.js is missing: npm run build');

export type Run = {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly events: readonly Event[];
};

export type RunOptions = {
  readonly input?: string | Buffer;
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  /** Put before node: `setpriv ...`. */
  readonly prefix?: readonly string[];
  readonly timeoutMs?: number;
  /** stdin is left to `started`. */
  readonly keepsOpen?: true;
  /** Told when the process runs; may send signals. */
  readonly started?: (child: ChildProcessWithoutNullStreams) => void;
};

/** Without what would make runs differ: colours, a key of the environment, progress when nobody asked. */
const ENV = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, LEAKSIFT_FINGERPRINT_KEY: undefined };

export function leaksift(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const [command = '', ...before] = [...(options.prefix ?? []), process.execPath, CLI];
  const child = spawn(command, [...before, ...args], {
    cwd: options.cwd ?? ROOT,
    env: { ...ENV, ...options.env },
    timeout: options.timeoutMs ?? 90_000,
    killSignal: 'SIGKILL',
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  child.stdin.on('error', () => {});
  options.started?.(child);
  if (!options.keepsOpen) child.stdin.end(options.input);
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (status) => {
      const stdout = Buffer.concat(out).toString();
      done({ status, stdout, stderr: Buffer.concat(err).toString(), events: parse(stdout) });
    });
  });
}

function parse(stdout: string): Event[] {
  const lines = stdout.split('\n').filter((line) => line.startsWith('{"type"'));
  return lines.map((line) => JSON.parse(line) as Event);
}

/** Only the events of one kind. */
export function only<T extends Event['type']>(run: Run, type: T): Extract<Event, { type: T }>[] {
  return run.events.filter((event): event is Extract<Event, { type: T }> => event.type === type);
}

/** A folder that goes away with the test file; `put` writes a file below it. */
export function workFolder() {
  const path = mkdtempSync(join(tmpdir(), 'leaksift-e2e-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  const put = (name: string, content: string | Buffer): string => {
    const file = join(path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  };
  return { path, put };
}

/** A text with one certain finding. */
export const LEAK = 'mail: camille.exemple@interieur.gouv.fr\n';
