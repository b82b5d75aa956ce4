// A tree like a leak of a police portal (BlueLeaks): many folders of small letters, mails, pages and tables,
// some zips of them, few large CSV files. Scans it with one worker and two, with and without a run folder.
//   node test/bench/tree.mjs [--files 10000] [--mb 100] [--jobs 1,2] [--keep FOLDER]
// Peak memory is that of the whole process. Rates on a machine that others use too say little.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { argv, execPath, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { zipSync } from 'fflate';
import { Draw } from '../../fixtures/make/random.mjs';
import { measure } from './measure.mjs';

const CLI = resolve(dirname(fileURLToPath(import.meta.url)), '../../dist/cli.js');
const { values } = parseArgs({
  args: argv.slice(2),
  options: {
    files: { type: 'string', default: '10000' },
    mb: { type: 'string', default: '100' },
    jobs: { type: 'string', default: '1,2' },
    keep: { type: 'string' },
  },
});
const FILES = Number(values.files);
const BYTES = Number(values.mb) * 1e6;
/** Share of the bytes in a few large tables; the rest is spread over all files. */
const LARGE_SHARE = 0.1;
const LARGE_BYTES = 20e6;
const WORDS =
  'incident report patrol unit district court notice vehicle unknown subject request training'.split(' ');
const NAMES = 'Tarn Valmory Brisk Lorne Ashby Quill Merrow Stane Dorrit Fenwick'.split(' ');

const draw = new Draw(7);
const person = (i) => `${draw.pick(NAMES)}${i % 997}`;
const prose = (bytes) => {
  let text = '';
  while (text.length < bytes)
    text += `${draw.pick(WORDS)} ${draw.pick(WORDS)} ${draw.pick(WORDS)}, ${draw.pick(WORDS)}.\n`;
  return text;
};
const filler = prose(1_000_000);
const letter = (i, bytes) =>
  `Officer ${person(i)}\nofficer-${i % 5000}@police.example.test\n${filler.slice(i % 500_000, (i % 500_000) + bytes)}`;

const KINDS = [
  ['txt', letter],
  [
    'eml',
    (i, bytes) => `From: a${i}@example.test\nTo: b@example.test\nSubject: notice ${i}\n\n${letter(i, bytes)}`,
  ],
  ['html', (i, bytes) => `<html><body><p>${letter(i, bytes)}</p></body></html>`],
  ['csv', (i, bytes) => table(i, bytes)],
  ['zip', (i, bytes) => zipSync({ [`${i}.txt`]: Buffer.from(letter(i, bytes)) })],
];

function table(i, bytes) {
  let text = 'badge,last name,first name,email,phone\n';
  for (let row = 0; text.length < bytes; row++)
    text += `${1000 + row},${draw.pick(NAMES)},${draw.pick(NAMES)},p${i}-${row}@example.test,+1 202 555 0${100 + (row % 100)}\n`;
  return text;
}

function writeTree(root) {
  const mean = (BYTES * (1 - LARGE_SHARE)) / FILES;
  for (let i = 0; i < FILES; i++) {
    const folder = join(root, `agency-${i % 97}`, `${Math.floor(i / 97) % 53}`);
    if (i < 97 * 53) mkdirSync(folder, { recursive: true });
    const [ending, make] = KINDS[i % KINDS.length];
    // Most are smaller than the mean, few much larger.
    const bytes = Math.max(100, mean * 0.5 * (1 + (i % 23 === 0 ? 11.5 : 0.52)));
    writeFileSync(join(folder, `${i}.${ending}`), make(i, Math.round(bytes)));
  }
  const large = Math.max(1, Math.round((BYTES * LARGE_SHARE) / LARGE_BYTES));
  for (let i = 0; i < large; i++)
    writeFileSync(join(root, `large-${i}.csv`), table(i, (BYTES * LARGE_SHARE) / large));
}

const work = mkdtempSync(join(tmpdir(), 'leaksift-tree-'));
const tree = values.keep ?? join(work, 'tree');
try {
  if (!existsSync(tree)) writeTree(tree);
  const runs = values.jobs.split(',').flatMap((jobs) => [
    [`-j ${jobs}`, ['-j', jobs]],
    [`-j ${jobs} --run`, ['-j', jobs, '--run', join(work, `run-${jobs}`)]],
  ]);
  for (const [name, more] of runs) {
    const { seconds, cpuSeconds, peakMb, status } = await measure(execPath, [
      CLI,
      'scan',
      '-q',
      ...more,
      tree,
    ]);
    stdout.write(
      `${FILES} files, ${values.mb} MB, ${name}: ${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s CPU, ` +
        `${((1e6 * cpuSeconds) / FILES).toFixed(0)} us CPU a file, peak ${peakMb} MB, status ${status}, load ${loadavg()[0].toFixed(1)}\n`,
    );
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
