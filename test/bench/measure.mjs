/** Runs one program to its end or its time limit. Out: seconds, CPU seconds, peak memory, status. */
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SAMPLE_MS = 200;

/**
 * Output goes to a file, as a user's would (a program that writes to /dev/null may skip its work), unless `output`
 * names another place; with `lastLineOnly` only the totals of a scan are kept. Peak memory is that of the whole
 * process with its threads, child processes added.
 */
export async function measure(command, args, { timeoutMs = 600_000, stdin, output, lastLineOnly } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'leaksift-measure-'));
  const out = openSync(output ?? join(folder, 'out'), 'w');
  const input = stdin ? openSync(stdin, 'r') : 'ignore';
  const times = join(folder, 'times');
  const started = performance.now();
  const piped = lastLineOnly ? ['sh', '-c', '"$@" | tail -n 1', 'sh'] : [];
  const [first, ...rest] = [...piped, '/usr/bin/time', '-o', times, '-f', '%U %S %M', command, ...args];
  const child = spawn(first, rest, {
    stdio: [input, out, 'ignore'],
    detached: true,
  });
  let isLate = false;
  let sampled = 0;
  const sampler = setInterval(() => {
    sampled = Math.max(sampled, peakBelow(child.pid));
  }, SAMPLE_MS);
  const timer = setTimeout(() => {
    isLate = true;
    process.kill(-child.pid, 'SIGKILL');
  }, timeoutMs);
  const status = await new Promise((done) => child.on('close', done));
  clearInterval(sampler);
  clearTimeout(timer);
  const seconds = (performance.now() - started) / 1000;
  closeSync(out);
  const [user, system, largest] = isLate ? [] : lastLine(times).split(' ').map(Number);
  rmSync(folder, { recursive: true, force: true });
  return isLate
    ? { isLate, seconds: timeoutMs / 1000 }
    : { seconds, cpuSeconds: user + system, peakMb: Math.round(Math.max(largest, sampled) / 1024), status };
}

/** SHA-256 of the lines in any order, without the line of totals. */
export function sortedHash(file, folder) {
  const pipe = 'grep -v \'^{"type":"summary"\' "$1" | LC_ALL=C sort -S 256M -T "$2" | sha256sum';
  return execFileSync('sh', ['-c', pipe, 'sh', file, folder], { encoding: 'utf8' }).slice(0, 64);
}

/** Peak memory in KiB of all processes below one. 0 where the system does not tell. */
function peakBelow(pid) {
  return childrenOf(pid).reduce((sum, child) => sum + peakOf(child) + peakBelow(child), 0);
}

function childrenOf(pid) {
  return (readProc(`${pid}/task/${pid}/children`).match(/\d+/g) ?? []).map(Number);
}

function peakOf(pid) {
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(readProc(`${pid}/status`))?.[1] ?? 0);
}

function readProc(name) {
  try {
    return readFileSync(`/proc/${name}`, 'latin1');
  } catch {
    return '';
  }
}

function lastLine(file) {
  return readFileSync(file, 'utf8').trim().split('\n').at(-1) ?? '';
}
