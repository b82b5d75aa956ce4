/**
 * Decides whether a known word in running text belongs to a person's name, and finds its span. Input: a window of
 * text (some 200 characters), the offset of a first name or title in it, the gazetteer; output: the span with a
 * confidence, or undefined. The surname need not be known. Rejects streets, places, firms, saints and first names
 * used as words. Most calls end after two cheap checks. Over 250 lines because all evidence for and against a name is
 * weighed in one place.
 */
import type { Gazetteer } from './gazetteer.js';
import { isCapitalParticle, isGiven, isShouted, isTitle, MAX_RIGHT, type Run, readRun } from './name-run.js';
import {
  folded,
  isGap,
  isLetter,
  isNameWord,
  leftOf,
  rightOf,
  startsSentence,
  type Token,
  wordAt,
} from './name-tokens.js';

export { type Gazetteer, gazetteerWords, loadGazetteer, titleWords } from './gazetteer.js';

export type NameFound = {
  readonly start: number;
  readonly end: number;
  /** Folded words in the order of the text, single spaces. */
  readonly normal: string;
  readonly confidence: number;
};

/** Less certain names are not reported. */
const MIN_CONFIDENCE = 0.45;
/** Characters that join a word to an identifier, address or path. */
const JOINED_BEFORE = /[_@/\\#$=<&+~]/;
const JOINED_AFTER = /[_@/\\(=[{<$]/;

/** Reads the name around the word at `at`: a first name, or a title that a name follows. */
export function nameAt(text: string, at: number, g: Gazetteer): NameFound | undefined {
  const word = wordAt(text, at);
  if (!word || word.kind === 'particle') return undefined;
  if (isTitle(word, g) && !isNamed(text, word, g)) return afterTitle(text, word, g);
  if (word.kind === 'other' || !hasCompany(text, word) || isJoined(text, word)) return undefined;
  const run = readRun(text, wholeWord(text, word), g);
  return run && judge(text, run, g);
}

/**
 * The fast check: a name needs a capital or particle after the word, or another word right before it. Most first
 * names of a novel stand alone and end here.
 */
function hasCompany(text: string, word: Token): boolean {
  if (isGap(text.charCodeAt(word.end)) && isLetter(text.charCodeAt(word.end + 1))) return true;
  const before = text[word.start - 1];
  if (isGap(text.charCodeAt(word.start - 1)) || before === '-' || text[word.end] === ',') return true;
  return before === '\n' && /^[\r\n]?$/.test(text[word.end] ?? '');
}

/** A first name that is not used as a title here: `Earl Warren` is a man, `Prince Henrik` has a title. */
function isNamed(text: string, word: Token, g: Gazetteer): boolean {
  if (!g.firstNames.has(word.folded) || word.kind === 'other') return false;
  const next = rightOf(text, word.end);
  // `Mr Justice Farquhar`
  if (g.titles.has(word.folded) && /\b(?:Mr|Mrs|Ms|Lord|Lady)\.? $/.test(text.slice(0, word.start)))
    return false;
  // `Prince Henrik`: a known first name after it makes the word a title.
  return !(isNameWord(next) && isGiven(next, g));
}

function isJoined(text: string, word: Token): boolean {
  const before = text[word.start - 1];
  const after = text[word.end];
  if (before !== undefined && (JOINED_BEFORE.test(before) || /[.:]/.test(before))) return true;
  if (after !== undefined && JOINED_AFTER.test(after)) return true;
  return after === '.' && /[\p{L}\d]/u.test(text[word.end + 1] ?? '');
}

/** Adds the parts hyphenated on the left: the scanner found `Pierre` in `Jean-Pierre`. */
function wholeWord(text: string, word: Token): Token {
  let start = word.start;
  while (start > 1 && /[-‐]/.test(text[start - 1] as string) && /\p{L}/u.test(text[start - 2] as string)) {
    start -= 2;
    while (start > 0 && /[\p{L}\p{M}]/u.test(text[start - 1] as string)) start--;
  }
  return start === word.start ? word : (wordAt(text, start) ?? word);
}

/** Rates a run from the evidence for and against a person. */
function judge(text: string, run: Run, g: Gazetteer): NameFound | undefined {
  const { tokens } = run;
  const first = tokens[0] as Token;
  if (isWorkOf(run, g)) return undefined;
  const names = tokens.filter(isNameWord);
  const titled = run.before !== undefined && !run.before.comma && isTitle(run.before, g);
  if (names.length < 2 && !tokens.some((token) => token.kind === 'initial')) {
    // Cheaper than the check for places, and nearly always the end of a lone first name.
    const alone = single(text, run, titled, g);
    return alone && !isPlace(text, run, g) ? alone : undefined;
  }
  if (isPlace(text, run, g)) return undefined;
  const given = names.filter((token) => isGiven(token, g));
  const surnames = names.filter((token) => !isGiven(token, g));
  let score = run.order === 'given' ? 0.66 : run.order === 'comma' ? 0.62 : 0.7;
  const doubtful = given.every((token) => g.ambiguous.has(token.folded));
  if (titled) score += 0.15;
  else if (isAddressed(text, tokens)) score += 0.15;
  if (names.some((token) => token.kind === 'upper') && names.some((token) => token.kind === 'cap'))
    score += 0.1;
  if (names.some((token) => g.surnames.has(token.folded))) score += 0.1;
  if (tokens.length > names.length || given.length > 1) score += 0.05;
  if (doubtful && !surnames.some((token) => g.surnames.has(token.folded))) {
    // Two capitals inside a sentence still suggest a name; at its start only one of them is significant.
    score -= run.order !== 'listed' && startsSentence(text, first.start) ? 0.14 : 0.06;
  }
  if (names.every((token) => token.kind === 'upper')) score -= capitalsCost(text, run, given);
  if (doubtful && tokens.some((token) => /^(?:des|der|den|la|le)$/.test(token.folded))) score -= 0.12;
  if (run.before && /^(?:the|le|la|les|der|die|das|el|los|las|het)$/.test(run.before.folded)) score -= 0.15;
  return score < MIN_CONFIDENCE ? undefined : found(tokens, Math.min(0.95, score));
}

/** `Der Roman von Siegfried Lenz`: an article before, and the name of another person after the particle. */
function isWorkOf({ tokens, before }: Run, g: Gazetteer): boolean {
  const [, particle, name] = tokens;
  if (particle?.kind !== 'particle' || !name || !isNameWord(name) || !isGiven(name, g)) return false;
  return before !== undefined && ARTICLES.has(before.folded);
}

const ARTICLES = new Set('the a le la un une der die das ein eine el los il lo de het een'.split(' '));

/** `Rose Tamberlin <rtamberlin@example.org>`: followed by an address that holds a part of the name. */
function isAddressed(text: string, tokens: readonly Token[]): boolean {
  const end = (tokens[tokens.length - 1] as Token).end;
  const local = /^["'»]{0,1} ?[<([] ?(?:mailto:)?([\w.+-]{3,64})@/.exec(text.slice(end, end + 90))?.[1];
  if (local === undefined) return false;
  const folded = local.toLowerCase();
  return tokens.some((token) => token.folded.length > 2 && folded.includes(token.folded));
}

/** Among other capitals it is a headline, unless they are prose and the given name is long. */
function capitalsCost(text: string, run: Run, given: readonly Token[]): number {
  if (!isHeadline(run)) return 0.03;
  const isSure = given.some((token) => token.folded.length > 3);
  return isSure && isShouted(text, run.tokens[0] as Token) ? 0.04 : 0.25;
}

function isHeadline(run: Run): boolean {
  return run.before?.kind === 'upper' || run.after?.kind === 'upper';
}

const CUES = new Set(
  'hi hello dear hey thanks cher chere bonjour bonsoir salut hallo hola ciao liebe lieber beste caro cara querido querida estimado estimada appelle prenomme prenommee named called'.split(
    ' ',
  ),
);
/** The last words of CUE_PHRASE, checked first. */
const CUE_ENDS = new Set(
  "is name's appelle m'appelle suis signed signe ich bin heiße heisse llamo chiamo ben heet ist".split(' '),
);
const CUE_PHRASE =
  /(?:\b(?:name is|name's|name:|prénom ?:|first name ?:|m'appelle|je suis|signed|signé|heiße|ich bin|me llamo|mi chiamo|ik ben|ik heet)[ ,]{1,2})$/iu;

/** A lone given name counts after a greeting, a title or `my name is`. */
function single(text: string, run: Run, titled: boolean, g: Gazetteer): NameFound | undefined {
  const word = run.tokens[0] as Token;
  if (run.tokens.length > 1 && run.tokens.every((token) => token.kind !== 'numeral')) return undefined;
  const numeral = run.tokens.length > 1;
  const cue = run.before !== undefined && CUES.has(run.before.folded);
  const phrase = isCued(text, word.start, run.before) || isApposed(text, word) || isSignature(text, word);
  if (!cue && !phrase && !titled && !numeral) return undefined;
  const score = 0.6 - (g.ambiguous.has(word.folded) && !phrase ? 0.12 : 0);
  return found(run.tokens, score);
}

const RELATION =
  /\b(?:wife|husband|girlfriend|boyfriend|fianc[ée]e?|partner|brother|sister|son|daughter|mother|father|colleague|compagnon|compagne|épouse|époux|mari|femme|frère|sœur|soeur|fils|fille|mère|père|collègue|concubine?|frau|mann|bruder|schwester|sohn|tochter|esposa|esposo|hermano|hermana|hijo|hija|moglie|marito|fratello|sorella|figlio|figlia|vrouw|broer|zus|zoon|dochter), $/iu;

/** `His wife, Ngozi, says`: between commas after a relation. */
function isApposed(text: string, word: Token): boolean {
  if (text[word.start - 2] !== ',' || !/[,.]/.test(text[word.end] ?? '')) return false;
  return RELATION.test(text.slice(Math.max(0, word.start - 18), word.start));
}

const SIGN_OFF =
  /(?:regards|sincerely|wishes|best|cheers|thanks|cordialement|merci|à vous|à toi|grüße|grüßen|gruß|saludos|saluti|groeten|groetjes),?\s{1,4}$/iu;

/** Alone on the line, or at its end, as in the signature of a letter. */
function isSignature(text: string, word: Token): boolean {
  const after = text[word.end];
  if (after !== undefined && after !== '\n' && after !== '\r') return false;
  return SIGN_OFF.test(text.slice(Math.max(0, word.start - 24), word.start));
}

function isCued(text: string, start: number, before: Token | undefined): boolean {
  const colon = /[:,]/.test(text[start - 2] ?? '');
  if (!colon && !(before && CUE_ENDS.has(before.folded))) return false;
  return CUE_PHRASE.test(text.slice(Math.max(0, start - 24), start));
}

/** Streets and institutes written as one word: `de Wittstraat`. */
const STREET_ENDING =
  /.{3}(?:stichting|straat|strasse|straße|laan|plein|platz|gasse|allee|gracht|stiftung|institut|schule|haus)$/;

/** Streets, places, schools, firms: shown by the word before or after, or by a part of the name itself. */
function isPlace(text: string, run: Run, g: Gazetteer): boolean {
  const parts = run.tokens.flatMap((token) =>
    /[-‐]/.test(token.folded) ? token.folded.split(/[-‐]/) : token.folded,
  );
  const first = run.tokens[0] as Token;
  const titled = run.before !== undefined && isTitle(run.before, g);
  // `Ms. Park`: a form of address excludes a street.
  const addressed = titled && parts.length === 1 && CIVIL.test((run.before as Token).folded);
  if (
    parts.slice(titled && !addressed ? 0 : 1).some((part) => g.placesAfter.has(part) && !g.surnames.has(part))
  )
    return true;
  if (!addressed && STREET_ENDING.test(parts.at(-1) as string)) return true;
  if (/^(?:sainte?|santa|santo|san|sankt|sint|st|sao|notre)$/.test(parts[0] as string)) return true;
  if (run.after && !run.after.comma && run.after.kind !== 'other' && g.placesAfter.has(run.after.folded))
    return true;
  if (isFirm(run.tokens, g)) return true;
  const last = run.tokens[run.tokens.length - 1] as Token;
  if (/^ ?(?:&|\bund Söhne|\bet fils|\band Sons)/.test(text.slice(last.end, last.end + 12))) return true;
  return isPlaceBefore(text, first, g);
}

/** Two adjacent words name a firm or a mountain: `Aston Martin Vantage`. */
function isFirm(tokens: readonly Token[], g: Gazetteer): boolean {
  return tokens.some((token, i) => i > 0 && g.firms.has(`${tokens[i - 1]?.folded} ${token.folded}`));
}

/** `Le groupe de Marc Levasseur` is led by the person, not named after them. */
const OWNED = new Set(
  'groupe group société societe cabinet association agence collection gruppe grupo gruppo groep'.split(' '),
);

/** Skips articles, particles and titles: `rue du Général de Gaulle`, `lycée Victor Hugo`. */
function isPlaceBefore(text: string, first: Token, g: Gazetteer): boolean {
  let at = leftOf(text, first.start);
  let throughParticle = false;
  for (let i = 0; i < 3 && at && !at.comma && !at.last; i++) {
    if (g.placesBefore.has(at.folded)) return !(throughParticle && OWNED.has(at.folded));
    throughParticle ||= at.kind === 'particle';
    const passes = at.kind === 'particle' || g.titles.has(at.folded);
    if (!passes) return false;
    at = leftOf(text, at.start);
  }
  return false;
}

/** Mr, Mme, brigadier, président, actor + name. Trades need two words; the title is not in the span. */
function afterTitle(text: string, title: Token, g: Gazetteer): NameFound | undefined {
  const from = text[title.end] === '.' ? title.end + 1 : title.end;
  // A lone `m` is a title only as `M.`; other letters joined to it are something else.
  if (title.folded.length === 1 && (title.text !== 'M' || text[title.end] !== '.')) return undefined;
  const isEnding = title.folded === 'ssa' || title.folded === 'ra';
  if (isEnding && !/\b(?:dott|prof|sig)\.$/i.test(text.slice(0, title.start))) return undefined;
  const joined = !isEnding && isJoined(text, { ...title, end: from });
  if (joined || !mayBegin(text, from)) return undefined;
  const tokens: Token[] = [];
  let at: Token = { ...title, end: from, last: false };
  while (tokens.length < MAX_RIGHT && !at.last) {
    const next = rightOf(text, at.end);
    if (!next || next.comma || !followsTitle(text, { next, tokens }, g)) break;
    tokens.push(next);
    at = next;
  }
  while (tokens.at(-1)?.kind === 'particle') tokens.pop();
  return titledName(text, { title, tokens }, g);
}

/** A capital, or the first letter of a particle, after the title: most trades in a text end here. */
function mayBegin(text: string, end: number): boolean {
  let at = end;
  while (at - end < 2 && isGap(text.charCodeAt(at))) at++;
  const char = text[at];
  return at > end && char !== undefined && (char !== char.toLowerCase() || /[abdeltvz]/.test(char));
}

function followsTitle(text: string, state: { next: Token; tokens: readonly Token[] }, g: Gazetteer): boolean {
  const { next, tokens } = state;
  if (next.kind === 'other') return false;
  if (next.kind === 'particle') return next.folded !== 'y' && next.folded !== 'e' && next.folded !== 'in';
  if (tokens.length > 0 && isCapitalParticle(next)) return isNameWord(rightOf(text, next.end));
  if (tokens.length === 0 && (g.titles.has(next.folded) || g.placesBefore.has(next.folded))) return false;
  return !g.stop.has(next.folded) || g.surnames.has(next.folded);
}

const CIVIL =
  /^(?:mr|mrs|ms|miss|mx|dr|sir|dame|madame?|mme|mlle|melle|monsieur|m|herrn?|frau|señora?|senora?|sra?|srta|signora?|sig|dhr|mevrouw|mevr|mw)$/;

/** After these, `de` begins a surname: `Mme de Villiers`. */
const ADDRESSES = new Set(
  'mr mrs ms miss mx dr docteur doctor prof professor professeur pr sir dame madam madame mme mlle mademoiselle monsieur m me maitre herr frau senor senora srta don dona sr sra signor signora sig dott dhr heer mevrouw mevr mw lord lady abbe pere general colonel capitaine lieutenant major'.split(
    ' ',
  ),
);

function titledName(
  text: string,
  from: { title: Token; tokens: readonly Token[] },
  g: Gazetteer,
): NameFound | undefined {
  const { title, tokens } = from;
  const names = tokens.filter(isNameWord);
  const start = tokens[0];
  if (
    !start ||
    names.length === 0 ||
    (start.kind === 'particle' && !/^(?:de|du|d|van|von|di|da)$/.test(start.folded))
  ) {
    return undefined;
  }
  // `Maire de Testville`, `commissaire de Lyon`: a place, except for forms of address and full names.
  if (start.kind === 'particle' && names.length < 2 && !ADDRESSES.has(title.folded)) return undefined;
  const given = names.some((token) => isGiven(token, g));
  const trade = g.roles.has(title.folded) && !g.titles.has(title.folded);
  if (trade && (names.length < 2 || names.every((token) => token.kind === 'upper'))) return undefined;
  const last = tokens[tokens.length - 1] as Token;
  const after = last.last ? undefined : rightOf(text, last.end);
  if (isPlace(text, { tokens, order: 'given', before: title, after }, g)) return undefined;
  // Two-letter ranks are common abbreviations: `PC Gaming` and `DS Store` are no constables.
  const short =
    title.folded.length <= 3 &&
    title.kind === 'upper' &&
    !/^(?:mr|mrs|ms|dr|mme|sgt|cne|brc|gpx)$/.test(title.folded);
  if (short && !given && !names.some((token) => g.surnames.has(token.folded))) return undefined;
  const score =
    (trade ? 0.6 : 0.66) + (given && names.length > 1 ? 0.14 : 0) + (title.kind === 'other' ? 0 : 0.06);
  return found(tokens, Math.min(0.92, score));
}

function found(tokens: readonly Token[], confidence: number): NameFound {
  const first = tokens[0] as Token;
  const last = tokens[tokens.length - 1] as Token;
  const normal = folded(tokens);
  return { start: first.start, end: last.end, normal, confidence: Math.round(confidence * 100) / 100 };
}
