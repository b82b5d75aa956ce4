/**
 * Weighs each header against the other columns and the values: `Name` over products is no person, `Serial No` is a
 * staff number only beside names and ranks. Input: the types from headers and the columns' cells; output: the same
 * types with a confidence, or undefined. Names are settled first, then ranks, then the types that depend on both.
 */
import { entitiesWith } from '../../core/entity.js';
import type { ColumnType } from './columns-cell.js';
import { addressType, numberType, payType } from './columns-evidence-number.js';
import { isGeneric, namesEmployee, personType } from './columns-evidence-person.js';
import { rankShare, rankType } from './columns-evidence-post.js';
import { headerTokens } from './columns-normalize.js';
import type { ColumnRules } from './columns-rules.js';
import { atMost, BORNE_OUT, isSure } from './columns-worth.js';

/** Entities that, beside a column called `Name` or `Title`, show that the table is about persons. */
const PERSONAL = entitiesWith('attesting');
const NUMBERS = entitiesWith('rosterNumber');

type Types = readonly (ColumnType | undefined)[];

export function demandEvidence(types: Types, columns: readonly string[][], rules: ColumnRules): Types {
  const cellsOf = (i: number) => columns[i] as string[];
  const ranked = types.some((type, i) => type?.rule.entity === 'RANK' && rankShare(cellsOf(i)) >= 0.3);
  const personal = types.some((type) => type && PERSONAL.has(type.rule.entity) && type.confidence >= 0.7);
  const named = types.some((type) => type?.rule.entity === 'PERSON' && !isGeneric(type));
  const employs = types.some((type) => type?.rule.entity === 'PERSON' && namesEmployee(type));
  const support = { named, personal: personal || ranked };
  const people = types.map((type, i) =>
    type?.rule.entity === 'PERSON' ? personType(type, cellsOf(i), { support, rules }) : type,
  );
  const isNamed = people.some((type) => isSure(type, 'PERSON'));
  const about = { named: isNamed, personal: personal || named || isNamed, employed: personal };
  const posts = people.map((type, i) =>
    type?.rule.entity === 'RANK' ? rankType(type, cellsOf(i), about) : type,
  );
  const isRanked = posts.some((type) => isSure(type, 'RANK'));
  const staffed = { named: isNamed, ranked: isRanked, told: isNamed && (named || personal || employs) };
  return posts.map((type, i) => {
    const entity = type?.rule.entity;
    if (type === undefined || entity === undefined) return undefined;
    if (entity === 'UNIT' || entity === 'POSTCODE') return placeType(type, { ...about, ranked: isRanked });
    if (entity === 'ADDRESS') return addressType(type, cellsOf(i));
    if (entity === 'SALARY') return payType(type, cellsOf(i), about.personal);
    return NUMBERS.has(entity) ? numberType(type, cellsOf(i), staffed) : type;
  });
}

/** Place words for postings, if persons with ranks are listed; otherwise they locate anything. */
const POSTINGS = new Set('location site base area workplace building'.split(' '));

/** Every organisation has departments and towns: they count only beside persons. */
function placeType(
  type: ColumnType,
  about: { personal: boolean; named: boolean; ranked: boolean },
): ColumnType {
  const isPosting = headerTokens(type.header ?? '').some((word) => POSTINGS.has(word));
  if (!about.personal || (isPosting && !(about.named && about.ranked))) return atMost(type, 0.4);
  return type.rule.entity === 'UNIT' ? { ...type, confidence: Math.max(type.confidence, BORNE_OUT) } : type;
}
