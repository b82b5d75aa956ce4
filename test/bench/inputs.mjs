/**
 * Writes the texts that are measured, the same bytes every time: prose and code as people write them, words that
 * nobody uses, and a dense table.
 */
import { closeSync, openSync, readdirSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Draw } from '../../fixtures/make/random.mjs';

const MiB = 1024 * 1024;
const MODULES = new URL('../../node_modules', import.meta.url).pathname;
const SYLLABLES =
  'ba ce di fo gu la me ni po ru sa te vi zo an er in or ul st pr tr pl que lle tion ment eau'.split(' ');

/** A vocabulary of invented words, short ones more frequent, as in a language. */
function vocabulary(draw, size) {
  return Array.from({ length: size }, (_, i) => {
    const length = 1 + Math.floor(Math.log2(i + 2) / 3);
    return Array.from({ length }, () => draw.pick(SYLLABLES)).join('');
  });
}

function zipf(draw, words) {
  return words[Math.floor(words.length ** draw.next()) - 1] ?? words[0];
}

function prose(draw, words) {
  const sentence = Array.from({ length: 6 + draw.int(0, 14) }, () => zipf(draw, words)).join(' ');
  const tail = draw.int(0, 40) === 0 ? `, ${draw.int(1, 2000)}` : '';
  return `${sentence[0].toUpperCase()}${sentence.slice(1)}${tail}.${draw.int(0, 4) === 0 ? '\n' : ' '}`;
}

function code(draw, words) {
  const name = () => `${zipf(draw, words)}${draw.int(0, 2) === 0 ? '' : `_${zipf(draw, words)}`}`;
  const indent = '  '.repeat(draw.int(0, 4));
  const lines = [
    () => `${indent}const ${name()} = ${name()}(${name()}, ${draw.int(0, 255)});\n`,
    () => `${indent}if (${name()}.${name()} !== '${name()}') return ${name()}[${draw.int(0, 9)}];\n`,
    () => `${indent}// ${prose(draw, words).trim()}\n`,
    () => `${indent}{ "${name()}": ${draw.int(0, 99999)}, "${name()}": "${name()}" },\n`,
  ];
  return draw.pick(lines)();
}

/**
 * Prose and code: the READMEs and sources of the packages in node_modules, pinned by the lock file, in the order
 * of their names. What is compiled here, and single huge files, are left out.
 */
export function writeSparse(file, bytes) {
  const out = openSync(file, 'w');
  let left = bytes;
  for (const path of textsBelow(MODULES)) {
    if (left <= 0) break;
    const text = readFileSync(path).subarray(0, left);
    left -= writeSync(out, text);
  }
  closeSync(out);
  return bytes - left;
}

function* textsBelow(folder) {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== 'vendor' && entry.name !== '.cache') yield* textsBelow(path);
    } else if (/\.(?:md|[cm]?js|ts)$/.test(entry.name) && statSync(path).size < 300_000) yield path;
  }
}

/** Words of no language, whose short ones are abbreviations of ours by chance; an address in every 64 KiB. */
export function writeWords(file, bytes) {
  const draw = new Draw(20260101);
  const words = vocabulary(draw, 20_000);
  write(file, bytes, (block) => {
    const line = block % 2 === 0 ? prose : code;
    let text = '';
    while (text.length < 64 * 1024) text += line(draw, words);
    return `${text}\ncontact ${zipf(draw, words)}.${zipf(draw, words)}@example.org\n`;
  });
}

/** A staff table: a dozen findings in every row. */
export function writeDense(file, bytes) {
  const draw = new Draw(20260102);
  const words = vocabulary(draw, 4000).filter((word) => word.length > 3);
  const title = (word) => word[0].toUpperCase() + word.slice(1);
  const header =
    'Surname;First name;Rank;Warrant number;Email;Mobile;NI number;Date of birth;Postcode;Sort code;Account number;Unit\n';
  const ranks = ['Police Constable', 'Sergeant', 'Inspector', 'Chief Inspector', 'Superintendent'];
  const first = ['Alice', 'Brian', 'Catherine', 'David', 'Emma', 'Frank', 'Grace', 'Henry', 'Irene', 'James'];
  const digits = (count) => Array.from({ length: count }, () => draw.int(0, 9)).join('');
  write(file, bytes, (block) => {
    let text = block === 0 ? header : '';
    while (text.length < 64 * 1024) {
      const surname = title(draw.pick(words));
      const name = draw.pick(first);
      text += [
        ...[surname, name, draw.pick(ranks), digits(6)],
        `${name}.${surname}${draw.int(1, 99)}@police.example`.toLowerCase(),
        `07700 900${digits(3)}`,
        `AB${digits(6)}C`,
        `${draw.int(10, 28)}/${draw.int(10, 12)}/19${draw.int(60, 99)}`,
        `ZZ99 ${draw.int(1, 9)}ZZ`,
        `${digits(2)}-${digits(2)}-${digits(2)}`,
        digits(8),
        `${title(draw.pick(words))} Borough`,
      ].join(';');
      text += '\n';
    }
    return text;
  });
}

function write(file, bytes, block) {
  const out = openSync(file, 'w');
  for (let written = 0, n = 0; written < bytes; n++) written += writeSync(out, block(n));
  closeSync(out);
}

export const SPARSE_BYTES = 32 * MiB;
export const WORDS_BYTES = 64 * MiB;
export const DENSE_BYTES = 16 * MiB;
