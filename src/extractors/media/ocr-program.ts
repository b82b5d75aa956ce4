/**
 * OCR by the tesseract program: picture on its standard input, text from its standard output, no shell, no files.
 * Killed at the time limit. Undefined if it is not installed or lacks the languages.
 */
import { spawn } from 'node:child_process';
import { LeaksiftError, throwIfInterrupted } from '../../core/errors.js';

export type OcrJob = {
  readonly png: Buffer;
  readonly languages: readonly string[];
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
};

type Ended = { readonly code: number | null; readonly out: string; readonly isTimeout: boolean };
type RunOptions = {
  readonly input?: Buffer;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Also collects what the program writes to stderr. */
  readonly withErrors?: boolean;
};

/** Where the system installs programs: nothing is run from folders of a user's PATH. */
const PROGRAM_FOLDERS = '/usr/local/bin:/usr/bin:/bin';
/** No page has more text. */
const MAX_OUTPUT_CHARS = 8 * 1024 * 1024;

/** Runs a program to its end, or kills it. Rejects only if it cannot be started. */
export function runProgram(command: string, args: readonly string[], options: RunOptions): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const env = { PATH: PROGRAM_FOLDERS, OMP_THREAD_LIMIT: '1', LC_ALL: 'C.UTF-8' };
    const child = spawn(command, args, { env, stdio: 'pipe' });
    let out = '';
    let isTimeout = false;
    const kill = () => child.kill('SIGKILL');
    const timer = setTimeout(() => {
      isTimeout = true;
      kill();
    }, options.timeoutMs);
    options.signal?.addEventListener('abort', kill, { once: true });
    const collect = (text: string) => {
      if (out.length < MAX_OUTPUT_CHARS) out += text;
    };
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', options.withErrors ? collect : () => {});
    const settle = () => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', kill);
    };
    child.on('error', (error) => {
      settle();
      reject(error);
    });
    child.on('close', (code) => {
      settle();
      resolve({ code, out, isTimeout });
    });
    // It can end before it has read everything.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input);
  });
}

/** `--list-langs` reads file names only. */
const LIST_TIMEOUT_MS = 10_000;

/** Languages of the installed program; requested once. */
let installed: Promise<ReadonlySet<string>> | undefined;

export function installedLanguages(): Promise<ReadonlySet<string>> {
  installed ??= runProgram('tesseract', ['--list-langs'], { timeoutMs: LIST_TIMEOUT_MS }).then(
    ({ out }) =>
      new Set(
        out
          .split('\n')
          .slice(1)
          .map((line) => line.trim()),
      ),
    () => new Set<string>(),
  );
  return installed;
}

export async function recogniseByProgram(job: OcrJob): Promise<string | undefined> {
  const known = await installedLanguages();
  if (!job.languages.every((language) => known.has(language))) return undefined;
  const args = ['stdin', 'stdout', '-l', job.languages.join('+'), '--dpi', '150'];
  const { code, out, isTimeout } = await runProgram('tesseract', args, { ...job, input: job.png });
  throwIfInterrupted(job.signal);
  if (isTimeout) throw new LeaksiftError('timeout', `ocr: a page took longer than ${job.timeoutMs / 1000} s`);
  return code === 0 ? out : undefined;
}
