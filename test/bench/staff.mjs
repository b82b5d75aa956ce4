/** Invented staff, the same for the same number, and a writer that streams them to a file. */
import { closeSync, openSync, writeSync } from 'node:fs';

const START = 'Bar Cor Dal Fen Gil Hol Jar Kel Lor Mar Nor Pel Quin Ras Sel Tor Ul Val Wes Yar'.split(' ');
const MIDDLE = 'a e i o u an en in on er ar or al el il as es is ul ur'.split(' ');
const END = 'by den dale ford ham ley low man mer ner pole rick row sby ston ter ton wick worth yard'.split(
  ' ',
);
const FIRST =
  'Alice Brian Catherine David Emma Frank Grace Henry Irene James Laura Martin Nora Oliver Paul Rita'.split(
    ' ',
  );
const RANKS = ['Police Constable', 'Sergeant', 'Inspector', 'Chief Inspector', 'Superintendent'];
const BLOCK_CHARACTERS = 1 << 20;

/** Spreads neighbours apart: the numbers of staff lists are no names' order. */
const mixed = (i) => Math.imul(i + 1, 0x9e3779b1) >>> 0;

/** Person number `i`: her address and staff number are hers alone. */
export function person(i) {
  const n = mixed(i);
  const surname = START[n % 20] + MIDDLE[(n >>> 5) % 20] + MIDDLE[(n >>> 10) % 20] + END[(n >>> 15) % 20];
  const first = FIRST[(n >>> 20) & 15];
  return {
    first,
    surname,
    rank: RANKS[(n >>> 24) % 5],
    number: String(1_000_000 + i),
    email: `${first}.${surname}.${i}@police.example`.toLowerCase(),
    phone: `07700 900${String(n % 1000).padStart(3, '0')}`,
  };
}

/** Writes what `lineOf` makes of 0, 1, ... until it gives undefined. Returns the bytes written. */
export function writeLines(file, lineOf) {
  const out = openSync(file, 'w');
  let bytes = 0;
  for (let i = 0, text = ''; ; i++) {
    const line = lineOf(i, bytes + text.length);
    if (line !== undefined) text += line;
    if (line === undefined || text.length > BLOCK_CHARACTERS) {
      bytes += writeSync(out, text);
      text = '';
    }
    if (line === undefined) break;
  }
  closeSync(out);
  return bytes;
}
