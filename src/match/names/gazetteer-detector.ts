/**
 * The built-in name detector. First names and titles of the gazetteer trigger names.ts, rank words trigger
 * mention.ts. Reports under the rules of the selected packs, and drops what has no rule there.
 */
import type { Rule } from '../../core/rule.js';
import { type Mention, type MentionLists, type MentionSpan, mentionAt } from './mention.js';
import type { FoundName, NameDetector } from './name-detector.js';
import { mayLeadToName, mayStandByName } from './name-prefilter.js';
import { gazetteerWords, nameAt, titleWords } from './names.js';
import type { RankKind, RankStrength } from './rank-lexicon.js';

/** A surname, one or two particles and initials can precede the first name: `VAN DER BERG, Anna M.` */
const BEFORE_BYTES = 280;
const FROM_BYTES = 320;

/** Finds a rule of the run by its id; undefined if it is not selected. */
export type RuleOf = (id: string) => Rule | undefined;

/** The rule for names in running text. */
const NAME_RULE = 'person.name.text';

/** Searches only for what a rule of the run reports. */
export function gazetteerDetector(lists: MentionLists, ruleOf: RuleOf): NameDetector {
  const { gazetteer, ranks } = lists;
  const nameRule = ruleOf(NAME_RULE);
  const rankWords = MENTION_RULES.some((id) => ruleOf(id)) ? ranks.triggers : [];
  const isRankWord = new Set(rankWords);
  const isNameOrTitle = new Set(nameRule ? [...gazetteerWords(gazetteer), ...titleWords(gazetteer)] : []);
  return {
    nameWords: nameRule ? gazetteerWords(gazetteer) : [],
    titleWords: [...new Set([...(nameRule ? titleWords(gazetteer) : []), ...rankWords])],
    before: BEFORE_BYTES,
    maxBytes: FROM_BYTES,
    mayLead: (bytes, start, end, isTitle) =>
      mayLeadToName(bytes, start, end, isTitle) || (isTitle && mayStandByName(bytes, start, end)),
    detect(text, at, isTitle) {
      const word = isTitle ? wordAtOffset(text, at) : undefined;
      const mention = word !== undefined && isRankWord.has(word) ? mentionAt(text, at, lists) : undefined;
      if (mention) return partsOf(mention, ruleOf);
      // A rank word that is no title leads to no name by itself.
      if (word !== undefined && !isNameOrTitle.has(word)) return [];
      const found = nameRule && nameAt(text, at, gazetteer);
      return found ? [{ ...found, rule: nameRule }] : [];
    },
  };
}

const WORD = /[\p{L}\p{M}]+/uy;

function wordAtOffset(text: string, at: number): string {
  WORD.lastIndex = at;
  return (WORD.exec(text)?.[0] ?? '').toLowerCase();
}

function partsOf({ rank, name, more, number, confidence }: Mention, ruleOf: RuleOf): FoundName[] {
  const rules = RULES[rank.country][rank.strength];
  const part = (found: MentionSpan | undefined, id: string, of = name?.start) => {
    const rule = found && ruleOf(id);
    if (!rule) return [];
    return [{ start: found.start, end: found.end, normal: found.normal, confidence, rule, of }];
  };
  return [
    ...part(rank, rules.rank),
    ...part(name, rules.person),
    ...more.flatMap((other) => part(other, rules.person, other.start)),
    ...part(number, number?.isBadge ? BADGE_RULE : NUMBER_RULE),
  ];
}

const NUMBER_RULE = 'staff.beside-rank';
const BADGE_RULE = 'staff.badge-beside-rank';
const pair = (rank: string, person: string) => ({ rank: `rank.${rank}`, person: `person.${person}` });

/** The rules for the parts of a mention. */
const RULES: Readonly<
  Record<RankKind['country'], Readonly<Record<RankStrength, { rank: string; person: string }>>>
> = {
  fr: {
    full: pair('fr.full', 'fr.after-rank'),
    abbreviated: pair('fr.abbreviated', 'fr.after-abbreviation'),
    shared: pair('fr.military', 'fr.after-military'),
    short: pair('fr.ordinary', 'fr.after-ordinary'),
  },
  uk: {
    full: pair('uk.full', 'uk.after-rank'),
    abbreviated: pair('uk.full', 'uk.after-rank'),
    shared: pair('uk.short', 'uk.after-short'),
    short: pair('uk.short', 'uk.after-short'),
  },
  us: {
    full: pair('us.full', 'us.after-rank'),
    abbreviated: pair('us.full', 'us.after-rank'),
    shared: pair('us.shared', 'us.after-shared'),
    short: pair('us.shared', 'us.after-shared'),
  },
  eu: {
    full: pair('eu.full', 'eu.after-rank'),
    abbreviated: pair('eu.full', 'eu.after-rank'),
    shared: pair('eu.full', 'eu.after-rank'),
    short: pair('eu.full', 'eu.after-rank'),
  },
};

const MENTION_RULES: readonly string[] = [
  NUMBER_RULE,
  BADGE_RULE,
  ...Object.values(RULES).flatMap((strengths) =>
    Object.values(strengths).flatMap(({ rank, person }) => [rank, person]),
  ),
];
