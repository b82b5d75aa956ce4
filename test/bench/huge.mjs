/**
 * One huge file, as a single pass and cut into ranges for one worker and for two: time, memory, and whether the
 * findings are the same to the byte. A quoted CSV whose notes hold line breaks, quotes and commas; or a log.
 */
import { rmSync } from 'node:fs';
import { GB, MB } from './bench.mjs';
import { sortedHash } from './measure.mjs';
import { person, writeLines } from './staff.mjs';

const MiB = 1024 * 1024;
const WORDS =
  'incident report patrol unit district court notice vehicle unknown subject request training'.split(' ');
const FILLER = Array.from({ length: 4096 }, (_, i) => WORDS[(Math.imul(i, 2654435761) >>> 7) % 12]).join(' ');
/** A note of a row: long, so that a gigabyte has a number of findings that a disk can hold. */
const NOTE_CHARACTERS = 1500;

export async function run(bench, { gb, jobs }, kind) {
  const bytes = Number(gb) * GB;
  bench.needs(6 * bytes);
  const input = bench.path(kind === 'csv' ? 'staff.csv' : 'service.log');
  const written = kind === 'csv' ? writeCsv(input, bytes) : writeLog(input, bytes);
  const whole = ['-j', '0', '--range-size', '1TiB'];
  const cut = ['--range-size', `${Math.max(1, Math.min(64, Math.floor(bytes / 16 / MiB)))}MiB`];
  const shown = new Map();
  for (const job of jobs.split(',')) {
    const [label, flags] = job === 'whole' ? ['single pass', whole] : [`-j ${job}`, ['-j', job, ...cut]];
    const output = bench.path('out');
    const cost = await bench.scan(input, [...flags, '--fingerprint-key-file', bench.key], { output });
    const sha256 = sortedHash(output, bench.work);
    rmSync(output);
    shown.set(job, { ...cost, sha256 });
    const row = { input: kind, bytes: written, program: label, sha256, ...cost };
    bench.row(
      `${(written / MB).toFixed(0)} MB ${kind}, ${label.padEnd(11)} ${bench.cost(cost, written)}  sha256 ${sha256.slice(0, 16)}`,
      row,
    );
  }
  for (const one of ['0', '1'])
    bench.compare(shown.get('2'), shown.get(one), { program: kind, than: `-j ${one}` });
  const isSame = new Set([...shown.values()].map(({ sha256 }) => sha256)).size === 1;
  bench.row(`findings ${isSame ? 'the same' : 'DIFFER'}`, { isSame });
  return isSame;
}

function note(i) {
  const at = (i * 7919) % (FILLER.length - NOTE_CHARACTERS);
  return FILLER.slice(at, at + NOTE_CHARACTERS);
}

function writeCsv(file, bytes) {
  return writeLines(file, (i, written) => {
    if (i === 0) return 'Staff No,Surname,First name,Rank,Email,Mobile,Note\r\n';
    if (written >= bytes) return undefined;
    const { number, surname, first, rank, email, phone } = person(i);
    const text = note(i);
    return `${number},"${surname}","${first}","${rank}",${email},"${phone}","${text.slice(0, 700)}\r\n""${text.slice(700, 800)}"", ${text.slice(800)}"\r\n`;
  });
}

function writeLog(file, bytes) {
  return writeLines(file, (i, written) => {
    if (written >= bytes) return undefined;
    const at = (i * 7919) % (FILLER.length - 200);
    const line = `2026-01-${String(1 + (i % 28)).padStart(2, '0')}T10:00:00Z info request ${i} ${FILLER.slice(at, at + 120 + (i % 80))}`;
    return i % 50 === 0 ? `${line} user=${person(i).email} phone=${person(i).phone}\n` : `${line}\n`;
  });
}
