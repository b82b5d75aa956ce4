/** Runs one program to its end or its time limit. Out: seconds, CPU seconds, peak memory, status. */
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Output goes to a file, as a user's would: a program that writes to /dev/null may skip its work. */
export async function measure(command, args, { timeoutMs = 600_000, stdin } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'leaksift-measure-'));
  const out = openSync(join(folder, 'out'), 'w');
  const input = stdin ? openSync(stdin, 'r') : 'ignore';
  const times = join(folder, 'times');
  const started = performance.now();
  const child = spawn('/usr/bin/time', ['-o', times, '-f', '%U %S %M', command, ...args], {
    stdio: [input, out, 'ignore'],
    detached: true,
  });
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    process.kill(-child.pid, 'SIGKILL');
  }, timeoutMs);
  const status = await new Promise((done) => child.on('close', done));
  clearTimeout(timer);
  const seconds = (performance.now() - started) / 1000;
  closeSync(out);
  const [user, system, peak] = isLate ? [] : lastLine(times).split(' ').map(Number);
  rmSync(folder, { recursive: true, force: true });
  return isLate
    ? { isLate, seconds: timeoutMs / 1000 }
    : { seconds, cpuSeconds: user + system, peakMb: Math.round(peak / 1024), status };
}

function lastLine(file) {
  return readFileSync(file, 'utf8').trim().split('\n').at(-1) ?? '';
}
