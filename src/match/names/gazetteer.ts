/**
 * Loads the word lists of rules/gazetteers into sets. Input: the folder; output: a Gazetteer, folded (lower case, no
 * accents), and the words that a scanner searches for. Rejects a folder without first names.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { LeaksiftError } from '../../core/errors.js';
import { foldText } from '../../core/fold.js';

export type Gazetteer = {
  readonly firstNames: ReadonlySet<string>;
  /** First names that are also ordinary words, months, places or firms. */
  readonly ambiguous: ReadonlySet<string>;
  readonly surnames: ReadonlySet<string>;
  readonly titles: ReadonlySet<string>;
  /** Trades and relations that precede a full name. */
  readonly roles: ReadonlySet<string>;
  /** Words that make the next words a street, place, school or firm. */
  readonly placesBefore: ReadonlySet<string>;
  /** Words that make the previous words one. */
  readonly placesAfter: ReadonlySet<string>;
  readonly stop: ReadonlySet<string>;
  /** Offices, institutions, things and units: capitalised after a rank, but no name. */
  readonly offices: ReadonlySet<string>;
  /** Firms, brands and mountains with names like persons: folded words, single spaces. */
  readonly firms: ReadonlySet<string>;
  /** Lower-case words, with and without accents, that can begin a name; no titles. */
  readonly words: readonly string[];
  readonly titleWords: readonly string[];
};

/** Reads the lists; throws LeaksiftError `config` if the folder has no first names. */
export async function loadGazetteer(folder: string): Promise<Gazetteer> {
  const namesFolder = path.join(folder, 'first-names');
  const files = (await readdir(namesFolder)).filter((file) => file.endsWith('.txt')).sort();
  const names = (await Promise.all(files.map((file) => readWords(path.join(namesFolder, file))))).flat();
  if (names.length === 0) throw new LeaksiftError('config', 'gazetteers: no first names found');
  const list = async (file: string) => readWords(path.join(folder, file));
  const [ambiguous, surnames, titles, roles, stop, offices] = await Promise.all(
    ['ambiguous.txt', 'surnames.txt', 'titles.txt', 'roles.txt', 'stop.txt', 'offices.txt'].map(list),
  );
  const places = await readPlaces(path.join(folder, 'places.txt'));
  const firms = await readLines(path.join(folder, 'firms.txt'));
  return build({ names, ambiguous, surnames, titles, roles, stop, offices, firms, ...places });
}

/** The words that a scanner searches for where they start with a capital. */
export function gazetteerWords(gazetteer: Gazetteer): readonly string[] {
  return gazetteer.words;
}

/** The words that a scanner searches for in any case, because a name can follow. */
export function titleWords(gazetteer: Gazetteer): readonly string[] {
  return gazetteer.titleWords;
}

type Lists = {
  readonly names: readonly string[];
  readonly ambiguous?: readonly string[];
  readonly surnames?: readonly string[];
  readonly titles?: readonly string[];
  readonly roles?: readonly string[];
  readonly stop?: readonly string[];
  readonly offices?: readonly string[];
  readonly firms?: readonly string[];
  readonly before?: readonly string[];
  readonly after?: readonly string[];
};

function build(lists: Lists): Gazetteer {
  const folded = (words: readonly string[] = []) => new Set(words.map(foldText));
  const firstNames = folded(lists.names);
  const titles = folded(lists.titles);
  const roles = folded(lists.roles);
  const triggers = bothForms([...(lists.titles ?? []), ...(lists.roles ?? [])]);
  const isTrigger = new Set(triggers);
  return {
    firstNames,
    ambiguous: folded(lists.ambiguous),
    surnames: folded(lists.surnames),
    titles,
    roles,
    placesBefore: folded(lists.before),
    placesAfter: folded(lists.after),
    stop: folded(lists.stop),
    offices: folded(lists.offices),
    firms: folded(lists.firms?.map((line) => line.trim())),
    words: bothForms(lists.names).filter((word) => word.length > 1 && !isTrigger.has(word)),
    titleWords: triggers,
  };
}

/** Each word as written and without accents, once, letters only: scanners split words at other characters. */
function bothForms(words: readonly string[]): string[] {
  const out = new Set<string>();
  for (const word of words) {
    const lower = word.toLowerCase();
    if (!/^[\p{L}\p{M}]+$/u.test(lower)) continue;
    out.add(lower);
    out.add(foldText(lower));
  }
  return [...out];
}

async function readLines(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8');
  return text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
}

async function readWords(file: string): Promise<string[]> {
  return (await readLines(file)).flatMap((line) => line.trim().split(/\s+/));
}

async function readPlaces(file: string): Promise<{ before: string[]; after: string[] }> {
  const lines = await readLines(file);
  const words = (chosen: string[]) => chosen.flatMap((line) => line.replace('<', '').trim().split(/\s+/));
  return {
    before: words(lines.filter((line) => !line.startsWith('<'))),
    after: words(lines.filter((line) => line.startsWith('<'))),
  };
}
