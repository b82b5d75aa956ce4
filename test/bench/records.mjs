/**
 * Many persons in several tables, every tenth of them in two: whether they are counted exactly, and what memory
 * and time grow to. Findings are thrown away; with --run they are kept in its folder.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { person, writeLines } from './staff.mjs';

const ROWS_PER_FILE = 250_000;
/** What a record takes in a run folder, in shards and merged. */
const RUN_BYTES_PER_RECORD = 4500;
const BYTES_PER_RECORD = 300;

export async function run(bench, { count, jobs, run: isRunOnly }) {
  const records = Number(count);
  // The last tenth of the rows are people who stand in an earlier row.
  const persons = records - Math.floor(records / 10);
  bench.needs(records * (BYTES_PER_RECORD + RUN_BYTES_PER_RECORD));
  const input = bench.path('staff');
  mkdirSync(input);
  for (let from = 0; from < records; from += ROWS_PER_FILE) {
    const to = Math.min(records, from + ROWS_PER_FILE);
    writeLines(`${input}/${String(from).padStart(9, '0')}.csv`, (i) => {
      if (i === 0) return 'Surname,First name,Email\n';
      const row = from + i - 1;
      if (row >= to) return undefined;
      const { surname, first, email } = person(row < persons ? row : (row - persons) * 9);
      return `${surname},${first},${email}\n`;
    });
  }
  let isExact = true;
  const folder = bench.path('run');
  for (const [label, more] of [...(isRunOnly ? [] : [['streaming', []]]), ['--run', ['--run', folder]]]) {
    const output = bench.path('totals');
    const flags = ['-j', String(jobs), ...more, '--fingerprint-key-file', bench.key];
    const cost = await bench.scan(input, flags, { output, lastLineOnly: true });
    const summary = JSON.parse(readFileSync(output, 'utf8'));
    const found = summary.persons?.distinct ?? 0;
    // Tells whether persons were lost where they are read or where they are counted.
    const read = `${summary.records} records read, ${summary.status}`;
    rmSync(folder, { recursive: true, force: true });
    isExact &&= found === persons;
    bench.row(
      `${records} records, ${label.padEnd(9)} -j ${jobs}: ${found} persons of ${persons} (${read})  ${bench.cost(cost)}  ${((1e6 * cost.cpuSeconds) / records).toFixed(0)} us CPU a record`,
      { records, persons, found, read, program: label, ...cost },
    );
  }
  return isExact;
}
