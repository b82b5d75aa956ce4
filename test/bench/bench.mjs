/** What all benches share: a folder for inputs, the scanner under measure, and the rows that are kept. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { execPath, stdout, version } from 'node:process';
import { fileURLToPath } from 'node:url';
import { measure } from './measure.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = resolve(HERE, '../..');
export const CLI = join(ROOT, 'dist/cli.js');
export const MB = 1e6;
export const GB = 1e9;
const HOURS_MS = 3_600_000;

export class Bench {
  /** Inputs and outputs; goes away with close(). */
  work = mkdtempSync(join(tmpdir(), 'leaksift-bench-'));
  rows = [];

  constructor() {
    // The same fingerprints in every scan, so that outputs can be compared.
    this.key = join(this.work, 'key');
    writeFileSync(this.key, `${'5a'.repeat(32)}\n`);
  }

  path(name) {
    return join(this.work, name);
  }

  /** With `oneCore` (Linux) all threads of the process share the first core. */
  scan(path, flags, { oneCore, ...options } = {}) {
    const scan = [execPath, CLI, 'scan', '-q', ...flags, path];
    const [program, ...rest] = oneCore ? ['taskset', '-c', '0', ...scan] : scan;
    return measure(program, rest, { timeoutMs: 6 * HOURS_MS, ...options });
  }

  /** Refuses what would fill the disk. */
  needs(bytes) {
    const { bavail, bsize } = statfsSync(this.work);
    if (bavail * bsize < bytes)
      throw new Error(`${this.work}: ${(bytes / GB).toFixed(1)} GB of free disk are needed`);
  }

  /** Prints a row and keeps it. */
  row(text, row) {
    this.rows.push({ ...row, load: loadavg()[0] });
    stdout.write(`${text}\n`);
  }

  /** The cost of a scan as text; ratios to another one. */
  cost({ seconds, cpuSeconds, peakMb, status }, bytes) {
    const rate = bytes
      ? `  ${(bytes / MB / seconds).toFixed(1)} MB/s (${(bytes / MB / cpuSeconds).toFixed(1)} by CPU)`
      : '';
    return `${seconds.toFixed(1)} s  ${cpuSeconds.toFixed(1)} s CPU${rate}  peak ${peakMb} MB  status ${status}  load ${loadavg()[0].toFixed(1)}`;
  }

  /** Prints and keeps how two workers compare with what came before them; nothing where one was not run. */
  compare(two, one, { program, than }) {
    if (!one || !two) return;
    const [faster, dearer] = [one.seconds / two.seconds, two.cpuSeconds / one.cpuSeconds];
    const cores = two.cpuSeconds / two.seconds;
    this.row(
      `${program}: two workers are ${faster.toFixed(2)} times as fast as ${than}, for ${dearer.toFixed(2)} times the CPU; ${cores.toFixed(2)} cores busy`,
      { program, than, faster, dearer, cores },
    );
  }

  /** Writes what was measured beside this file, with commit and machine. */
  keep(kind) {
    const git = (...args) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
    const commit = git('rev-parse', '--short', 'HEAD');
    const machine = {
      cpu: cpus()[0]?.model,
      cores: cpus().length,
      memoryMb: Math.round(totalmem() / MB),
      node: version,
      load: loadavg()[0],
    };
    const file = join(HERE, 'results', `${kind}-${commit}.json`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify({ commit, machine, rows: this.rows }, null, 1)}\n`);
    stdout.write(`kept in ${file}\n`);
  }

  close() {
    rmSync(this.work, { recursive: true, force: true });
  }
}
