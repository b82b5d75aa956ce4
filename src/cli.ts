#!/usr/bin/env node
/** argv → command → exit status. The only file that touches process, stdout and stderr. */
import { availableParallelism } from 'node:os';
import { runProgram } from './commands/program.js';
import { LeaksiftError, safeMessage } from './core/errors.js';
import { escapeUnsafe } from './core/printable.js';

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

const abort = new AbortController();
for (const [signal, status] of Object.entries(SIGNALS) as [keyof typeof SIGNALS, number][]) {
  process.on(signal, () => {
    // The second signal exits at once.
    if (abort.signal.aborted) process.exit(status);
    abort.abort(status);
  });
}
// The reader of our output can close it at any time: that is no fault, and each sink detects it.
process.stderr.on('error', () => {});
process.stdout.on('error', () => {});

try {
  process.exitCode = await runProgram(process.argv.slice(2), {
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: () => process.stdin,
    env: process.env,
    cores: availableParallelism(),
    workingFolder: process.cwd(),
    signal: abort.signal,
  });
} catch (error) {
  process.exitCode = abort.signal.aborted ? Number(abort.signal.reason) : 2;
  // A known error prints one line; anything else is a bug and prints where it happened, not what was read.
  if (error instanceof LeaksiftError) process.stderr.write(`leaksift: ${escapedLines(error.message)}\n`);
  else process.stderr.write(`leaksift: internal error: ${safeMessage(error)}\n${frames(error)}\n`);
}

function escapedLines(message: string): string {
  return message.split('\n').map(escapeUnsafe).join('\n');
}

function frames(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}
