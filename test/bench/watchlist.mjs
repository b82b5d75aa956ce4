/** What it costs to look out for one's own people: a leak of half of them, and prose, with and without the list. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { execPath } from 'node:process';
import { CLI, MB } from './bench.mjs';
import { writeWords } from './inputs.mjs';
import { person, writeLines } from './staff.mjs';

const PROSE_BYTES = 32e6;
/** Scans of each kind; the least of their CPU times is kept. */
const TRIES = 3;

export async function run(bench, { count }) {
  const people = Number(count);
  const staff = bench.path('staff.csv');
  // Nobody on the list is called like a stranger: namesakes are told too, and would have to be counted.
  const row = (i, ending = '') => {
    const { number, surname, first, rank, email } = person(i);
    return `${number};${surname}${ending};${first};${rank};${email}\n`;
  };
  const head = 'Staff No;Surname;First name;Rank;Email\n';
  writeLines(staff, (i) => (i === 0 ? head : i <= people ? row(i - 1) : undefined));
  const leak = bench.path('leak');
  mkdirSync(leak);
  // Every second of them, and as many strangers.
  writeLines(`${leak}/list.csv`, (i) =>
    i === 0 ? head : i <= people ? (i % 2 === 0 ? row(i) : row(people + i, 'ov')) : undefined,
  );
  writeWords(`${leak}/prose.txt`, PROSE_BYTES);
  const list = bench.path('staff.watchlist');
  const build = ['watchlist', 'build', staff, '-o', list, '--key-file', bench.key];
  const started = performance.now();
  execFileSync(execPath, [CLI, ...build, '--reference-column', 'Staff No'], { stdio: 'ignore' });
  const buildSeconds = (performance.now() - started) / 1000;
  bench.row(
    `a list of ${people}: ${buildSeconds.toFixed(1)} s, ${(statSync(list).size / MB).toFixed(1)} MB`,
    {
      people,
      buildSeconds,
    },
  );
  const flags = ['--watchlist', list, '--watchlist-key-file', bench.key];
  const inputs = [
    ['table', `${leak}/list.csv`, Math.floor((people - 1) / 2)],
    ['prose', `${leak}/prose.txt`, 0],
  ];
  let isRight = true;
  for (const [name, input, expected] of inputs) {
    const without = await least(bench, input, []);
    const withList = await least(bench, input, flags);
    const found = withList.found;
    isRight &&= found === expected;
    const dearer = withList.cpuSeconds / without.cpuSeconds;
    bench.row(
      `${name}: ${without.cpuSeconds.toFixed(2)} s CPU without, ${withList.cpuSeconds.toFixed(2)} s with (${dearer.toFixed(2)} times), peak ${without.peakMb} and ${withList.peakMb} MB, ${found} found of ${expected}`,
      { input: name, without, with: withList, dearer, expected },
    );
  }
  return isRight;
}

async function least(bench, input, flags) {
  let best;
  const output = bench.path('totals');
  for (let i = 0; i < TRIES; i++) {
    const cost = await bench.scan(input, ['-j', '0', ...flags], { output, lastLineOnly: true });
    if (!best || cost.cpuSeconds < best.cpuSeconds) best = cost;
  }
  return { ...best, found: JSON.parse(readFileSync(output, 'utf8')).watchlist?.found };
}
