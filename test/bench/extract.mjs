/** Documents of every format: how many a second of CPU, start left out. */
import { mkdirSync, rmSync } from 'node:fs';
import { MB } from './bench.mjs';
import { FORMATS, writeFormat } from './formats.mjs';

export async function run(bench) {
  const empty = bench.path('none');
  mkdirSync(empty);
  const start = await bench.scan(empty, ['-j', '0']);
  for (const format of FORMATS) {
    const folder = bench.path(format[0]);
    const { count, bytes } = writeFormat(format, folder);
    const cost = await bench.scan(folder, ['-j', '0']);
    const seconds = Math.max(0.001, cost.cpuSeconds - start.cpuSeconds);
    const [perSecond, mbPerSecond] = [count / seconds, bytes / MB / seconds];
    bench.row(
      `${format[0].padEnd(10)} ${String(count).padStart(4)} docs ${(bytes / MB).toFixed(1).padStart(7)} MB ${perSecond.toFixed(0).padStart(6)} docs/s ${mbPerSecond.toFixed(1).padStart(7)} MB/s (CPU) ${String(cost.peakMb).padStart(5)} MB`,
      { input: format[0], documents: count, bytes, perSecond, mbPerSecond, peakMb: cost.peakMb },
    );
    rmSync(folder, { recursive: true });
  }
}
