/**
 * One huge file of each format, at a fifth of its size and in full, in one process and with two workers: is memory
 * flat, is time linear, is every address found? Fails where an address is missing, where memory passes
 * --max-mb, or where five times the bytes take much more than five times the time.
 */
import { readFileSync, rmSync, statSync } from 'node:fs';
import { MB } from './bench.mjs';
import { MAKERS } from './big-inputs.mjs';

/** CPU seconds for five times the bytes over those for the fifth: a busy machine adds to it, a square would be 25. */
const MAX_GROWTH = 6.5;

export async function run(bench, { mb, only, jobs, 'max-mb': maxMb }) {
  const bytes = Number(mb) * MB;
  bench.needs(3 * bytes);
  let isRight = true;
  for (const [format, make] of Object.entries(MAKERS)) {
    if (only && !only.split(',').includes(format)) continue;
    const cpu = new Map();
    for (const share of [0.2, 1]) {
      const input = bench.path(`big.${format}`);
      const rows = make(input, bytes * share);
      const { size } = statSync(input);
      for (const job of jobs.split(',')) {
        const output = bench.path('out');
        const cost = await bench.scan(input, ['-j', job], { output, lastLineOnly: true });
        const found = summaryOf(output)?.findings?.byEntity?.EMAIL_ADDRESS ?? 0;
        const growth = share === 1 ? cost.cpuSeconds / cpu.get(job) : undefined;
        cpu.set(job, cost.cpuSeconds);
        const isFine = found === rows && cost.peakMb <= Number(maxMb) && (growth ?? 0) <= MAX_GROWTH;
        isRight &&= isFine;
        bench.row(
          `${format.padEnd(5)} ${(size / MB).toFixed(0).padStart(4)} MB -j ${job}  ${bench.cost(cost, size)}  ${found} of ${rows} found${growth ? `  growth ${growth.toFixed(2)}` : ''}${isFine ? '' : '  NOT RIGHT'}`,
          { format, bytes: size, jobs: job, rows, found, growth, ...cost },
        );
        rmSync(output);
      }
      rmSync(input);
    }
  }
  return isRight;
}

function summaryOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8').trim().split('\n').at(-1));
  } catch {
    return undefined;
  }
}
