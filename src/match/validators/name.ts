/**
 * Names in no list, recognised by their position: alone on a line of a signature, or before an e-mail address that
 * holds a part of them. Rejects words of offices, firms and headlines.
 */
import { foldText } from '../../core/fold.js';
import type { Validator } from '../../core/rule.js';
import { NOT_PERSON } from '../columns/columns-words.js';

/** Small words and openings of sentences that also fill a line. */
const NO_NAMES = new Set(
  'your you we this that please dear sent from to cc by chief head officer executive team desk support service sales marketing human resources information technology customer client public general secretary secretariat chair mayor le la les votre vos nous cher chere monsieur madame chef responsable secretaire directeur directrice president presidente maire der die das ihr ihre el los su il lo de het uw newsletter news noreply'.split(
    ' ',
  ),
);

/** No word may belong to an office; the first must not be a small word in capitals. */
export const nameAlone: Validator = (value) => {
  const words = wordsOf(value);
  if (words.some((word) => NOT_PERSON.has(word) || NO_NAMES.has(word))) return false;
  return { normal: words.join(' ') };
};

/** Headings and things that also follow such words: `Statement of Financial Position`, `Name: Build Step`. */
const LABELLED_THINGS = new Set(
  'financial position cash flow flows comprehensive income account accounts required field fields value values file step build test project product table column class method function unknown vacant none redacted withheld anonymous defence claim purpose intent principles work works facts truth fact record rank grade badge star shield warrant'.split(
    ' ',
  ),
);

/** The name after a label or an introduction. */
export const nameLabelled: Validator = (value, neighbours) => {
  const words = wordsOf(value);
  if (words.some((word) => LABELLED_THINGS.has(word))) return false;
  if (/^[\p{L}\p{N}_@]|^ ?[:=(]/u.test(neighbours.after)) return false;
  return nameAlone(value, neighbours);
};

/** A word of three or more letters occurs in the address that follows. */
export const nameOfAddress: Validator = (value, { before, after }) => {
  const verdict = nameAlone(value, { before, after });
  const local = /^["']? {0,2}[<[(](?:mailto:)?([\w.%+-]+)/.exec(after)?.[1]?.toLowerCase();
  if (!verdict || local === undefined) return false;
  return wordsOf(value).some((word) => word.length >= 3 && local.includes(word)) && verdict;
};

function wordsOf(value: string): string[] {
  return foldText(value)
    .split(/[^\p{L}]+/u)
    .filter(Boolean);
}
