// What a scan costs, beside ripgrep on the same patterns; kept under results/ with commit and machine.
//   npm run bench              sparse and dense text, one core and all cores, and ripgrep
//   npm run bench -- extract   documents of every format: how many a second
// Rates are by the clock and, in brackets, by the CPU time of the process: on a busy machine only those
// can be compared. Nothing fails here: figures are for reading.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { argv, execPath, stdout, version } from 'node:process';
import { fileURLToPath } from 'node:url';
import { FORMATS, writeFormat } from './formats.mjs';
import { DENSE_BYTES, SPARSE_BYTES, WORDS_BYTES, writeDense, writeSparse, writeWords } from './inputs.mjs';
import { measure } from './measure.mjs';
import { peerPatterns } from './ripgrep.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = resolve(HERE, '../..');
const CLI = join(ROOT, 'dist/cli.js');
const PEER_TIMEOUT_MS = 120_000;
const MB = 1e6;

const work = mkdtempSync(join(tmpdir(), 'leaksift-bench-'));
const rows = [];
const scan = (path, ...more) => measure(execPath, [CLI, 'scan', '-q', ...more, path]);

try {
  if (argv[2] === 'extract') await benchFormats();
  else await benchText();
  keep(argv[2] === 'extract' ? 'extract' : 'text');
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function benchText() {
  const empty = join(work, 'empty.txt');
  writeFileSync(empty, 'nothing\n');
  report('start', 'leaksift -j 0', 0, await scan(empty, '-j', '0'));
  const { patterns, refused } = peers();
  stdout.write(`ripgrep: ${patterns.length} patterns, ${refused} refused\n`);
  const file = join(work, 'patterns');
  writeFileSync(file, patterns.join('\n'));
  for (const [name, write, bytes] of [
    ['sparse', writeSparse, SPARSE_BYTES],
    ['words', writeWords, WORDS_BYTES],
    ['dense', writeDense, DENSE_BYTES],
  ]) {
    const input = join(work, name === 'dense' ? 'dense.csv' : 'sparse.txt');
    write(input, bytes);
    const one = report(name, 'leaksift -j 0', bytes, await scan(input, '-j', '0'));
    const jobs = String(availableParallelism());
    // One file is shared by all workers as soon as it is cut.
    const cut = ['-j', jobs, '--range-size', '4MiB'];
    report(name, `leaksift -j ${jobs}`, bytes, await scan(input, ...cut), one);
    if (patterns.length === 0) continue;
    for (const [label, flags] of [
      ['rg -o -c', ['-o', '-c']],
      ['rg -o', ['-o', '-b']],
      ['rg --json', ['--json']],
    ]) {
      const args = ['--no-unicode', '-a', '-j', '1', ...flags, '-f', file, input];
      report(name, label, bytes, await measure('rg', args, { timeoutMs: PEER_TIMEOUT_MS }), one);
    }
  }
}

async function benchFormats() {
  const empty = join(work, 'none');
  mkdirSync(empty);
  const start = await scan(empty, '-j', '0');
  for (const format of FORMATS) {
    const folder = join(work, format[0]);
    const { count, bytes } = writeFormat(format, folder);
    const cost = await scan(folder, '-j', '0');
    const seconds = Math.max(0.001, cost.cpuSeconds - start.cpuSeconds);
    rows.push({
      input: format[0],
      documents: count,
      bytes,
      perSecond: count / seconds,
      mbPerSecond: bytes / MB / seconds,
      peakMb: cost.peakMb,
    });
    stdout.write(
      `${format[0].padEnd(10)} ${String(count).padStart(4)} docs ${(bytes / MB).toFixed(1).padStart(7)} MB ${(count / seconds).toFixed(0).padStart(6)} docs/s ${(bytes / MB / seconds).toFixed(1).padStart(7)} MB/s (CPU) ${String(cost.peakMb).padStart(5)} MB\n`,
    );
    rmSync(folder, { recursive: true });
  }
}

function peers() {
  try {
    execFileSync('rg', ['--version'], { stdio: 'ignore' });
  } catch {
    stdout.write('ripgrep is not installed: apt-get install ripgrep\n');
    return { patterns: [], refused: 0 };
  }
  const listed = execFileSync(execPath, [CLI, 'rules', 'list', '--json'], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const rules = listed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return peerPatterns(rules.filter(({ requires }) => requires !== 'column'));
}

/** Prints and keeps one line; `one` is leaksift on one core, for the ratio. Returns the line. */
function report(input, program, bytes, cost, one) {
  const rate = cost.isLate ? undefined : bytes / MB / cost.seconds;
  const cpuRate = cost.isLate ? undefined : bytes / MB / cost.cpuSeconds;
  const ratio = one && cpuRate ? one.cpuRate / cpuRate : undefined;
  const row = { input, program, bytes, ...cost, rate, cpuRate, ratio };
  rows.push(row);
  const shown = cost.isLate
    ? `> ${cost.seconds} s`
    : `${cost.seconds.toFixed(2)} s  ${(rate ?? 0).toFixed(1)} MB/s (${(cpuRate ?? 0).toFixed(1)} by CPU)  peak ${cost.peakMb} MB`;
  const beside = ratio ? `  leaksift -j 0 is ${ratio.toFixed(2)} times as fast by CPU` : '';
  stdout.write(`${input.padEnd(7)} ${program.padEnd(14)} ${shown}${beside}\n`);
  return row;
}

function keep(kind) {
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
  writeFileSync(file, `${JSON.stringify({ commit, machine, rows }, null, 1)}\n`);
  stdout.write(`kept in ${file}\n`);
}
