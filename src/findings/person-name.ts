/**
 * Normalises a person's name: order, case, accents, titles and lone initials do not count. Input: the name cells of a
 * row, or one name; output: a comparison key, and short forms shared with abbreviated spellings of the name. The
 * output is clear text: hash it before it leaves the worker.
 */
import { foldText } from '../core/fold.js';

export type PersonName = {
  /** Full words sorted, single spaces: `dupont marie`. A single full word is followed by its initials: `smith j`. */
  readonly key: string;
  /** One word with the first letter of another: `Dupont M.` and `Marie DUPONT` share `dupont m`. */
  readonly shortForms: readonly string[];
  /** True for one full word and initials, which is a shortened form itself. */
  readonly isShort: boolean;
  /** True with two full words, or a surname and an initial: a person's name, not just a family's. */
  readonly isFull: boolean;
};

/** Forms of address and suffixes, which are not part of a name. */
const NOT_NAME = new Set(
  'mr mrs ms miss mx dr prof mme mlle mm monsieur madame mademoiselle maitre herr frau sir lady lord dame jr sr ii iii iv esq phd md sig signor signora don dona sra srta dhr mevr mevrouw heer rev'.split(
    ' ',
  ),
);
const PARTICLES = new Set(
  'de du des d da do dos das di del della van von der den ter ten le la el al y e zu'.split(' '),
);

/** A string of more words is not a person's name. */
const MAX_WORDS = 5;

/** The key of a name from all its parts in a row, in any order. Undefined without letters. */
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

/** A single full word with the initials beside it; otherwise each word with the first letter of every other. */
function shortened(full: readonly string[], initials: readonly string[]): string[] {
  const [only] = full;
  if (full.length === 1) return initials.map((letter) => `${only} ${letter}`);
  const forms = full.flatMap((word) =>
    full.filter((other) => other !== word).map((other) => `${word} ${other[0]}`),
  );
  return [...new Set(forms)];
}

/** `M.` and `Me` before a name abbreviate Monsieur and Maître; after one, `M.` is an initial. */
const LEADING_M = /^\s*(?:M|Me)\.?\s(?=\s*\p{Lu}\p{L})/u;

/** One character, which can take two UTF-16 units. */
function isLetter(word: string): boolean {
  return word.length === 1 || (word.length === 2 && (word.codePointAt(0) as number) > 0xffff);
}

const ASCII_WORD = /^[A-Za-z]{2,}$/;

function wordsOf(part: string): string[] {
  // The fast path for most cells of a table.
  if (ASCII_WORD.test(part)) return [part.toLowerCase()];
  return foldText(part.replace(LEADING_M, ''))
    .replace(/['’ʼ]/g, ' ')
    .split(/[^\p{L}]+/u)
    .filter((word) => word.length > 0);
}

/** The part of a name that a column rule reads, from the rule's id. */
export function namePart(ruleId: string): 'last' | 'first' | 'middle' | 'initials' | 'full' {
  const part = /^person\.name\.(last|first|middle|initials)$/.exec(ruleId)?.[1];
  return (part as 'last' | undefined) ?? 'full';
}
