/**
 * A tree like a leak of a police portal (BlueLeaks): many folders of small letters, mails, pages and tables, some
 * zips of them, few large CSV files. Scanned with one worker and two, streaming and with a run folder; `core` is one
 * worker held to one core, since V8's compilers and collectors use a second one beside a single worker.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { Draw } from '../../fixtures/make/random.mjs';
import { MB } from './bench.mjs';

/** Share of the bytes in a few large tables; the rest is spread over all files. */
const LARGE_SHARE = 0.1;
const LARGE_BYTES = 20e6;
const WORDS =
  'incident report patrol unit district court notice vehicle unknown subject request training'.split(' ');
const NAMES = 'Tarn Valmory Brisk Lorne Ashby Quill Merrow Stane Dorrit Fenwick'.split(' ');

export async function run(bench, { files, mb, jobs, kinds }) {
  const count = Number(files);
  const bytes = Number(mb) * MB;
  bench.needs(4 * bytes);
  const tree = bench.path('tree');
  writeTree(tree, count, bytes);
  const costs = new Map();
  for (const job of jobs.split(',')) {
    for (const kind of kinds.split(',')) {
      const folder = bench.path('run');
      const more = kind === 'run' ? ['--run', folder] : [];
      const oneCore = job === 'core';
      const flags = ['-j', oneCore ? '1' : job, ...more];
      const cost = await bench.scan(tree, flags, { output: '/dev/null', oneCore });
      rmSync(folder, { recursive: true, force: true });
      costs.set(`${kind} ${job}`, cost);
      bench.row(
        `${files} files, ${mb} MB, -j ${job} ${kind.padEnd(9)}: ${bench.cost(cost, bytes)}  ${((1e6 * cost.cpuSeconds) / count).toFixed(0)} us CPU a file`,
        { files: count, bytes, jobs: job, program: kind, ...cost },
      );
    }
  }
  for (const program of kinds.split(',')) {
    const two = costs.get(`${program} 2`);
    bench.compare(two, costs.get(`${program} core`), { program, than: 'one core' });
    bench.compare(two, costs.get(`${program} 1`), { program, than: 'one worker' });
  }
}

const draw = new Draw(7);
const person = (i) => `${draw.pick(NAMES)}${i % 997}`;
const prose = (bytes) => {
  let text = '';
  while (text.length < bytes)
    text += `${draw.pick(WORDS)} ${draw.pick(WORDS)} ${draw.pick(WORDS)}, ${draw.pick(WORDS)}.\n`;
  return text;
};
const filler = prose(4_000_000);
const letter = (i, bytes) => {
  const at = (i * 7919) % 1_000_000;
  const head = `Officer ${person(i)}\nofficer-${i % 5000}@police.example.test\n`;
  return head + filler.slice(at, at + bytes);
};

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

/** Rows with a long text, as the tables of a portal have: a finding in every hundred bytes would be another leak. */
function table(i, bytes) {
  let text = 'badge,last name,first name,email,phone,summary\n';
  for (let row = 0; text.length < bytes; row++) {
    const at = ((i + row) * 7919) % 1_000_000;
    const summary = filler.slice(at, at + Math.min(1000, bytes));
    text += `${1000 + row},${draw.pick(NAMES)},${draw.pick(NAMES)},p${i}-${row}@example.test,+1 202 555 0${100 + (row % 100)},"${summary}"\n`;
  }
  return text;
}

function writeTree(root, files, bytes) {
  const mean = (bytes * (1 - LARGE_SHARE)) / files;
  for (let i = 0; i < files; i++) {
    const folder = join(root, `agency-${i % 97}`, `${Math.floor(i / 97) % 53}`);
    if (i < 97 * 53) mkdirSync(folder, { recursive: true });
    const [ending, make] = KINDS[i % KINDS.length];
    // Most are smaller than the mean, few much larger.
    const size = Math.max(100, mean * 0.5 * (1 + (i % 23 === 0 ? 11.5 : 0.52)));
    writeFileSync(join(folder, `${i}.${ending}`), make(i, Math.round(size)));
  }
  const large = Math.max(1, Math.round((bytes * LARGE_SHARE) / LARGE_BYTES));
  for (let i = 0; i < large; i++)
    writeFileSync(join(root, `large-${i}.csv`), table(i, (bytes * LARGE_SHARE) / large));
}
