/**
 * One form for a person's name however it is written: order, case, accents, titles and lone initials do not
 * count. In: name cells of a row by their part, or one name. Out: a key to compare by, and short forms that a
 * shortened writing of the same name shares. Clear text: hash before it leaves the worker.
 */
import { foldText } from '../core/fold.js';

export type PersonName = {
  /** Full words sorted, single spaces: `dupont marie`. With one full word its initials follow: `smith j`. */
  readonly key: string;
  /** A word and the first letter of another: `Dupont M.` and `Marie DUPONT` share `dupont m`. */
  readonly shortForms: readonly string[];
  /** One full word and initials: a shortened writing itself. */
  readonly isShort: boolean;
  /** True where two full words, or a surname and an initial, make it a person's and not a family's. */
  readonly isFull: boolean;
};

/** Words that belong to no name: forms of address and suffixes. */
const NOT_NAME = new Set(
  'mr mrs ms miss mx dr prof mme mlle mm monsieur madame mademoiselle maitre herr frau sir lady lord dame jr sr ii iii iv esq phd md sig signor signora don dona sra srta dhr mevr mevrouw heer rev'.split(
    ' ',
  ),
);
const PARTICLES = new Set(
  'de du des d da do dos das di del della van von der den ter ten le la el al y e zu'.split(' '),
);

/** More words than this are no person's name, whatever they are. */
const MAX_WORDS = 5;

/** The key of a name in any order, from all its parts as they stand in a row. Undefined without letters. */
export function personName(parts: readonly string[]): PersonName | undefined {
  const words = parts.flatMap(wordsOf).filter((word) => !NOT_NAME.has(word));
  const full = words.filter((word) => !isLetter(word) && !PARTICLES.has(word));
  const initials = words.filter((word) => isLetter(word) && !PARTICLES.has(word));
  if (full.length === 0) return undefined;
  const counted = full.length > 1 ? full : [...full, ...initials];
  const key = [...new Set(counted)].sort().join(' ');
  const shortForms = shortened(full.slice(0, MAX_WORDS), initials.slice(0, MAX_WORDS));
  return { key, shortForms, isFull: counted.length > 1, isShort: full.length === 1 };
}

/** With one full word the initials beside it, else each word with the first letter of each other. */
function shortened(full: readonly string[], initials: readonly string[]): string[] {
  const [only] = full;
  if (full.length === 1) return initials.map((letter) => `${only} ${letter}`);
  const forms = full.flatMap((word) =>
    full.filter((other) => other !== word).map((other) => `${word} ${other[0]}`),
  );
  return [...new Set(forms)];
}

/** `M.` and `Me` before a name are Monsieur and Maître; behind one, `M.` is an initial. */
const LEADING_M = /^\s*(?:M|Me)\.?\s(?=\s*\p{Lu}\p{L})/u;

/** One character, which may take two UTF-16 units. */
function isLetter(word: string): boolean {
  return word.length === 1 || (word.length === 2 && (word.codePointAt(0) as number) > 0xffff);
}

const ASCII_WORD = /^[A-Za-z]{2,}$/;

function wordsOf(part: string): string[] {
  // Most cells of a table: nothing to take apart.
  if (ASCII_WORD.test(part)) return [part.toLowerCase()];
  return foldText(part.replace(LEADING_M, ''))
    .replace(/['’ʼ]/g, ' ')
    .split(/[^\p{L}]+/u)
    .filter((word) => word.length > 0);
}

/** Which part of a name a column's rule reads, by the rule's id. */
export function namePart(ruleId: string): 'last' | 'first' | 'middle' | 'initials' | 'full' {
  const part = /^person\.name\.(last|first|middle|initials)$/.exec(ruleId)?.[1];
  return (part as 'last' | undefined) ?? 'full';
}
