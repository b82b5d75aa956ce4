/** Sparse and dense text: one core and all cores, beside ripgrep on the same patterns. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { execPath, stdout } from 'node:process';
import { CLI, MB } from './bench.mjs';
import { DENSE_BYTES, SPARSE_BYTES, WORDS_BYTES, writeDense, writeSparse, writeWords } from './inputs.mjs';
import { measure } from './measure.mjs';
import { peerPatterns } from './ripgrep.mjs';

const PEER_TIMEOUT_MS = 120_000;

export async function run(bench) {
  const empty = bench.path('empty.txt');
  writeFileSync(empty, 'nothing\n');
  report(bench, ['start', 'leaksift -j 0', 0], await bench.scan(empty, ['-j', '0']));
  const { patterns, refused } = peers();
  stdout.write(`ripgrep: ${patterns.length} patterns, ${refused} refused\n`);
  const file = bench.path('patterns');
  writeFileSync(file, patterns.join('\n'));
  for (const [name, write, bytes] of [
    ['sparse', writeSparse, SPARSE_BYTES],
    ['words', writeWords, WORDS_BYTES],
    ['dense', writeDense, DENSE_BYTES],
  ]) {
    const input = bench.path(name === 'dense' ? 'dense.csv' : 'sparse.txt');
    write(input, bytes);
    const one = report(bench, [name, 'leaksift -j 0', bytes], await bench.scan(input, ['-j', '0']));
    const jobs = String(availableParallelism());
    // One file is shared by all workers as soon as it is cut.
    const cut = ['-j', jobs, '--range-size', '4MiB'];
    report(bench, [name, `leaksift -j ${jobs}`, bytes], await bench.scan(input, cut), one);
    if (patterns.length === 0) continue;
    for (const [label, flags] of [
      ['rg -o -c', ['-o', '-c']],
      ['rg -o', ['-o', '-b']],
      ['rg --json', ['--json']],
    ]) {
      const args = ['--no-unicode', '-a', '-j', '1', ...flags, '-f', file, input];
      report(bench, [name, label, bytes], await measure('rg', args, { timeoutMs: PEER_TIMEOUT_MS }), one);
    }
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

/** `one` is leaksift on one core, for the ratio. Returns the row. */
function report(bench, [input, program, bytes], cost, one) {
  const rate = cost.isLate ? undefined : bytes / MB / cost.seconds;
  const cpuRate = cost.isLate ? undefined : bytes / MB / cost.cpuSeconds;
  const ratio = one && cpuRate ? one.cpuRate / cpuRate : undefined;
  const row = { input, program, bytes, ...cost, rate, cpuRate, ratio };
  const shown = cost.isLate
    ? `> ${cost.seconds} s`
    : `${cost.seconds.toFixed(2)} s  ${(rate ?? 0).toFixed(1)} MB/s (${(cpuRate ?? 0).toFixed(1)} by CPU)  peak ${cost.peakMb} MB`;
  const beside = ratio ? `  leaksift -j 0 is ${ratio.toFixed(2)} times as fast by CPU` : '';
  bench.row(`${input.padEnd(7)} ${program.padEnd(14)} ${shown}${beside}`, row);
  return row;
}
