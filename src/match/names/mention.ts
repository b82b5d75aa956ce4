/**
 * Finds mentions of officers in running text: a rank with the name before or after it and the number beside them.
 * Input: a window of text and the offset of a rank word; output: the spans of rank, name and number with a
 * confidence, or undefined if the rank belongs to no person. The name need not be in a list. The constants below give
 * the weight of each sign. Over 250 lines: the orders of rank, name and number compete for one text.
 */
import { policeAround } from './mention-context.js';
import { type MentionName, type NameLists, nameBefore, nameBehind } from './mention-name.js';
import { type MentionNumber, numberBehindName, numberBehindRank } from './mention-number.js';
import { isShouted } from './name-run.js';
import { folded, type Token } from './name-tokens.js';
import type { RankStrength } from './rank-lexicon.js';
import { type RankFound, rankAt } from './rank-phrase.js';

export type MentionLists = NameLists;

export type MentionSpan = { readonly start: number; readonly end: number; readonly normal: string };

export type Mention = {
  readonly rank: RankFound;
  readonly name?: MentionSpan;
  /** Further names after a plural rank: `Officers Shaw and Lind`. */
  readonly more: readonly MentionSpan[];
  readonly number?: MentionNumber;
  readonly confidence: number;
};

/** What a rank proves alone; a mention needs ENOUGH from all signs together. */
const BASE: Readonly<Record<RankStrength, number>> = {
  full: 0.62,
  abbreviated: 0.5,
  shared: 0.25,
  short: 0.05,
};
const ENOUGH = 0.499;
const TWO_WORDS = 0.12;
const KNOWN_GIVEN = 0.05;
const CAPITALS = 0.1;
const ADDRESSED = 0.1;
/** `PC 4044 Penhaton`: a single word after a number is a name as well. */
const NUMBERED = 0.1;
const SURE_NUMBER = 0.35;
const ANY_NUMBER = 0.1;
const POLICE_WORD = 0.35;
const POLICE_WORDS = 0.45;
const OTHER_WORDS = -0.3;
/** A lower-case rank can be a trade or a thing: `Jane Doe, officer of the company`, `inspector Stops`. */
const SMALL_RANK = -0.2;
/** Confidence of a certain mention, above what the first name alone gives. */
const SURE = 0.96;
const LIKELY = 0.82;
const SURE_FROM = 0.6;

/** The mention around the rank at `at`, or undefined. */
export function mentionAt(window: string, at: number, lists: MentionLists): Mention | undefined {
  // Most rank words belong to no rank. Checked before unwrapping, since a rank can span a line break.
  if (!rankAt(window, at, lists.ranks)) return undefined;
  const text = unwrapped(window);
  const rank = rankAt(text, at, lists.ranks);
  if (!rank) return undefined;
  return rankFirst(text, rank, lists) ?? nameFirst(text, rank, lists) ?? rankAlone(text, rank, lists);
}

/** Characters read around a rank: enough for the longest text that the expression applied to them matches. */
const REACH = { article: 8, lead: 24, signer: 12, list: 16, label: 30, join: 8 } as const;
/** How far a rank with a number but without a name stays below a mention that is certain. */
const NAMELESS_COST = 0.15;

/** Shorter lines belong to a list, not to wrapped prose. */
const WRAPPED_FROM = 40;
const BEGINS_WORD = /[\p{L}\p{N}#(]/uy;
const ENDS_SENTENCE = /[.:;!?)]\s*$/;

/** Replaces line breaks inside a sentence by blanks; the length stays. */
function unwrapped(window: string): string {
  let out = '';
  let done = 0;
  for (let from = 0; ; ) {
    const end = window.indexOf('\n', from);
    if (end < 0) return done === 0 ? window : out + window.slice(done);
    const lineEnd = end > from && window[end - 1] === '\r' ? end - 1 : end;
    BEGINS_WORD.lastIndex = end + 1;
    if (
      lineEnd - from >= WRAPPED_FROM &&
      BEGINS_WORD.test(window) &&
      !ENDS_SENTENCE.test(window.slice(from, lineEnd))
    ) {
      out += window.slice(done, lineEnd) + ' '.repeat(end + 1 - lineEnd);
      done = end + 1;
    }
    from = end + 1;
  }
}

/** `PC 662 Leighton Sayer`, `capitaine Lucie Monteil`, `PC SAYER 4484`. */
function rankFirst(given: string, rank: RankFound, lists: MentionLists): Mention | undefined {
  const text = joinedBehind(given, rank.end);
  // A signature: the name on the line above, the unit below.
  const signed = text === given ? undefined : nameFirst(given, rank, lists);
  if (signed) return signed;
  const before = numberBehindRank(text, rank.end);
  const from = before ? before.end + Number(text[before.end] === ')') : afterRank(text, rank.end);
  const isFrench = rank.country === 'fr';
  const name = nameBehind(text, from, { ...lists, isFrench }) ?? apposed(text, rank, lists);
  if (!name) return undefined;
  const number = before ?? numberBehindName(text, lastOf(name).end);
  const isLone = name.tokens.length === 1 && name.words[0]?.kind === 'cap' && !name.isAddressed;
  const isEnglish = rank.country === 'uk' || rank.country === 'us';
  const isSmall = isEnglish && text[rank.start] === text[rank.start]?.toLowerCase();
  let score = nameScore(text, name) + numberScore(number) + BASE[rank.strength];
  if (isLone && before?.isSure) score += NUMBERED;
  // `inspector Stops`, or a word of the next line: not a name by itself.
  if (isLone && (isSmall || text !== given)) score += SMALL_RANK;
  return judged(text, { rank, name, number, score }, lists);
}

/** A rank at the end of its line leads to the name on the next one. */
function joinedBehind(text: string, end: number): string {
  const gap = /^[ ]?\r?\n(?=\p{Lu})/u.exec(text.slice(end, end + 4))?.[0];
  return gap ? text.slice(0, end) + ' '.repeat(gap.length) + text.slice(end + gap.length) : text;
}

/** `The Chief Constable, Kestrelle Penhale, wrote`: a whole name between commas. */
function apposed(text: string, rank: RankFound, lists: MentionLists): MentionName | undefined {
  if (
    !text.startsWith(', ', rank.end) ||
    !/\b(?:the|le|la|our|notre|l)[ '’]$/iu.test(
      text.slice(Math.max(0, rank.start - REACH.article), rank.start),
    )
  )
    return undefined;
  const name = nameBehind(text, rank.end + 1, lists);
  if (!name || name.words.length < 2) return undefined;
  return /^(?:,| \()/.test(text.slice(lastOf(name).end, lastOf(name).end + 2)) ? name : undefined;
}

/** After the full stop of an abbreviation. */
function afterRank(text: string, end: number): number {
  if (text[end] === '.' && /[ \u00a0]/.test(text[end + 1] ?? '')) return end + 1;
  return end;
}

const LEADS_TO_RANK =
  /(?:, |,\n[ \t]{0,4}| ?\(|\n| [-–—/|] | : )(?:(?:le|la|the|our|notre|a|an|un|une|then|alors|now|dit|actuellement|currently|formerly|newly promoted|nommée?|promue?|recrutée?) |l['’])?$/u;

/** `Solène Kerdoncuff, capitaine de police`, `Astier (major)`, `Marcus Wetherby (Detective Sergeant, …)`. */
function nameFirst(text: string, rank: RankFound, lists: MentionLists): Mention | undefined {
  const number = numberBehindRank(text, rank.end) ?? numberBehindName(text, rank.end);
  const given = LEADS_TO_RANK.exec(text.slice(Math.max(0, rank.start - REACH.lead), rank.start))?.[0];
  // `WOLVORT Talwyn PC 8860`: nothing separates a name from an abbreviation with its number.
  const isBare =
    given === undefined && rank.strength !== 'full' && number?.isSure && text[rank.start - 1] === ' ';
  const lead = given ?? (isBare ? ' ' : undefined);
  if (lead === undefined) return undefined;
  const end = rank.start - lead.length;
  const name = nameBefore(text, end, lists);
  if (!name || !isJoinedTo(text, { name, rank, lead, end })) return undefined;
  // `Captain Lind, commander of the division`: the first rank is the person's.
  if (name.isRanked && (rank.strength === 'shared' || rank.strength === 'short')) return undefined;
  const isSmall = text[rank.start] === text[rank.start]?.toLowerCase() && !rank.normal.includes(' ');
  const cost = isSmall && (rank.country === 'us' || rank.country === 'uk') ? SMALL_RANK : 0;
  const score = nameScore(text, name) + numberScore(number) + BASE[rank.strength] + cost;
  return judged(text, { rank, name, number, score }, lists);
}

type Joined = { name: MentionName; rank: RankFound; lead: string; end: number };

/** `Affaire suivie par NAME`, `Signed: NAME`. */
const LEADS_TO_SIGNER = /(?:\b(?:par|by|signed|signé|from|de)|:) $/iu;

/** The text joins the name to the rank after it, and both are complete. */
function isJoinedTo(text: string, { name, rank, lead, end }: Joined): boolean {
  const behind = text.slice(rank.end, rank.end + 3);
  if (/^[ \u00a0]\p{Lu}\p{Ll}/u.test(behind) && !/[(/|]/.test(lead)) return false;
  if (lead.includes('(') && !/^(?:[),;./]|[ \u00a0])/u.test(behind)) return false;
  const first = name.tokens[0] as Token;
  if (lead === '\n') {
    // A signature: the name fills its line, the rank begins the next.
    const isLine =
      first.start === 0 ||
      text[first.start - 1] === '\n' ||
      name.isAddressed ||
      LEADS_TO_SIGNER.test(text.slice(Math.max(0, first.start - REACH.signer), first.start));
    return (
      isLine && text[end - 1] !== '\n' && name.tokens.length > 1 && /^(?:$|[\r\n,])/.test(behind[0] ?? '')
    );
  }
  return name.words.length > 1 || name.tokens.length > 1 || name.isAddressed || first.kind === 'upper';
}

/** `PC 4484 attended`, `Grade : brigadier-chef`, `promoted to sergeant`. */
function rankAlone(text: string, rank: RankFound, lists: MentionLists): Mention | undefined {
  const number = isOfList(text, rank.start) ? undefined : numberBehindRank(text, rank.end);
  const isNumbered = rank.strength !== 'short' || NUMBERED_ALONE.has(rank.normal);
  const isWritten = text[rank.start] !== text[rank.start]?.toLowerCase() || rank.country === 'fr';
  if (
    number?.isSure &&
    isNumbered &&
    isWritten &&
    !/^ ?[\p{Lu}]/u.test(text.slice(number.end, number.end + 2))
  ) {
    const score = BASE[rank.strength] + (number.isBadge ? SURE_NUMBER : 0);
    const found = judged(text, { rank, number, score: Math.min(score, ENOUGH - NAMELESS_COST) }, lists);
    if (found) return found;
  }
  return isNamedAlone(text, rank) ? { rank, more: [], confidence: LIKELY } : undefined;
}

/** Abbreviations for constables and sergeants, which precede a number without a name. */
const NUMBERED_ALONE = new Set(['pc', 'dc', 'ps', 'ds', 'di', 'con', 'po']);

/** `Identifiant agent 346448`: words that label a number, and no rank. */
function isOfList(text: string, start: number): boolean {
  return /\b(?:identifiant|num[eé]ro|matricule|code|id|n°|nombre|type|unit|port|serie|série) (?:de |d['’])?$/iu.test(
    text.slice(Math.max(0, start - REACH.list), start),
  );
}

const RANK_LABEL =
  /(?:\b(?:grade|rank|rang|title|titre|position|fonction|poste|role|dienstgrad|grado|empleo|qualifica)["']? ?[:=][ \t]{0,4}["']?|\b(?:au grade de |au grade d['’]|rank of |promoted to |promu(?:e)? |promotion to |nommée? au grade de |zum |grade de |grade d['’]|i am an? |(?:serving|works?|employed|service) as an? |(?:she|he) (?:is|was) an? |je suis |en qualité de ))$/iu;

/** A word for ranks leads to it, and nothing after it makes it an office. */
function isNamedAlone(text: string, rank: RankFound): boolean {
  if (!RANK_LABEL.test(text.slice(Math.max(0, rank.start - REACH.label), rank.start))) return false;
  return !/^[ \u00a0]\p{Lu}\p{Ll}/u.test(text.slice(rank.end, rank.end + 3));
}

type Signs = { rank: RankFound; name?: MentionName; number: MentionNumber | undefined; score: number };

function judged(
  text: string,
  { rank, name, number, score }: Signs,
  lists: MentionLists,
): Mention | undefined {
  const from = Math.min(rank.start, name?.tokens[0]?.start ?? rank.start);
  const to = Math.max(rank.end, number?.end ?? 0, name ? lastOf(name).end : 0);
  const around = policeAround(text, { from, to }, lists.ranks);
  let total = score;
  if (around.police > 0) total += around.police > 1 ? POLICE_WORDS : POLICE_WORD;
  else if (around.isOther && (rank.strength === 'shared' || rank.strength === 'short')) total += OTHER_WORDS;
  if (total < ENOUGH) return undefined;
  const confidence = total >= SURE_FROM ? SURE : LIKELY;
  if (!name) return { rank, more: [], number, confidence };
  const more = rank.isPlural ? furtherNames(text, name, lists) : [];
  return { rank, name: spanOf(name), more, number, confidence };
}

const JOINS_NAMES = /^(?:, (?:and |et )?| and | et | & | und | y | e | en )(?=\p{Lu})/u;
const MAX_NAMES = 6;

/** The names after the first one of a list. */
function furtherNames(text: string, name: MentionName, lists: MentionLists): MentionSpan[] {
  const out: MentionSpan[] = [];
  for (let end = lastOf(name).end; out.length < MAX_NAMES; ) {
    const join = JOINS_NAMES.exec(text.slice(end, end + REACH.join))?.[0];
    const next = join && nameBehind(text, end + join.length - 1, lists);
    if (!next) break;
    out.push(spanOf(next));
    end = lastOf(next).end;
  }
  return out;
}

function spanOf(name: MentionName): MentionSpan {
  const first = name.tokens[0] as Token;
  return { start: first.start, end: lastOf(name).end, normal: folded(name.tokens) };
}

function nameScore(text: string, { tokens, words, hasGiven, isAddressed }: MentionName): number {
  const [only] = words;
  let score = tokens.length > 1 ? TWO_WORDS : 0;
  if (hasGiven) score += KNOWN_GIVEN;
  if (isAddressed) score += ADDRESSED;
  const isMixed = words.some(({ kind }) => kind === 'upper') && words.some(({ kind }) => kind === 'cap');
  const isCapitals = only?.kind === 'upper' && words.length === 1 && !isShouted(text, only);
  return score + (isMixed || isCapitals ? CAPITALS : 0);
}

function numberScore(number: MentionNumber | undefined): number {
  if (!number) return 0;
  return number.isSure ? SURE_NUMBER : ANY_NUMBER;
}

function lastOf(name: MentionName): Token {
  return name.tokens.at(-1) as Token;
}
