/**
 * Types columns whose headers no rule knows, in tables that name persons: posts, further names, and the one column of
 * staff numbers. Input: the types so far, header and cells; output: the types with those added. Skips columns whose
 * header says thing, date, amount or place.
 */

import { type Entity, entitiesWith } from '../../core/entity.js';
import { fullNames, isCounter, numberColumn, rankColumn } from './columns-by-values.js';
import type { ColumnType } from './columns-cell.js';
import { namesEmployee } from './columns-evidence-person.js';
import { headerTokens } from './columns-normalize.js';
import type { ColumnRules, HeaderHit } from './columns-rules.js';
import { lookupHeader } from './columns-rules.js';
import { THINGS } from './columns-words.js';
import { isRankWords, isSure, SURE, VAGUE } from './columns-worth.js';

type Types = readonly (ColumnType | undefined)[];
type Table = { readonly header: readonly string[]; readonly columns: readonly string[][] };

/** Header words of numbers that count, date, price or locate something. */
const NO_NUMBER_OF_STAFF = new Set(
  `date year month day time age hour hours week rate amount total sum balance cost price pay salary wage gross net
  overtime zip postal postcode phone fax extension ext score points percent rating rank count quantity length
  height weight latitude longitude lat lon version amt annee mois jour heure montant prix indice echelon code
  size level grade step band budget fund cost centre center position post job class incident case order invoice
  complaint event call vehicle car plate unit beat shift team room floor house apt region dept
  department district precinct section squad bureau`.split(/\s+/),
);
const NUMBERS = entitiesWith('rosterNumber', 'reissued');

export function typeUnknownHeaders(types: Types, table: Table, rules: ColumnRules): Types {
  const people = some(types, 'PERSON')
    ? types
    : fill(types, table, (cells, i) => silentName(table.header[i] ?? '', cells, rules));
  if (!some(people, 'PERSON')) return people;
  const posts = some(people, 'RANK') ? people : fill(people, table, (cells) => rankColumn(cells, rules));
  // Posts do not suffice: players have positions too.
  const isRanked = posts.some((type) => isSure(type, 'RANK') && (type?.by === 'values' || isRankWords(type)));
  const isNumbered = posts.some((type) => type && NUMBERS.has(type.rule.entity) && type.confidence >= SURE);
  const isStaff = posts.some((type) => isSure(type, 'PERSON') && isEmployee(type));
  if ((!isRanked && !isStaff) || isNumbered) return posts;
  let isFound = false;
  return fill(posts, table, (cells, i) => {
    const header = table.header[i] ?? '';
    const found =
      isFound || !(isRanked || saysNumber(header)) ? undefined : staffNumbers(header, cells, rules);
    isFound ||= found !== undefined;
    return found;
  });
}

/** Parts of names, or headers such as `Officer`: the rows are certainly persons. */
function isEmployee(type: ColumnType | undefined): boolean {
  return type?.by === 'header' && (/\.(?:last|first)$/.test(type.rule.id) || namesEmployee(type));
}

/** Without ranks beside it a header must say that it is a number, and of nothing else. */
function saysNumber(header: string): boolean {
  const tokens = headerTokens(header);
  return (
    tokens.some((token) => /^(?:number|id|nr|identifiant)$/.test(token)) &&
    !tokens.some((token) => OF_THINGS.has(token))
  );
}

const OF_THINGS = new Set(
  `claim booking docket ticket reference ref invoice report serial asset tag licence license policy po application
  file record account voter parcel permit lot contract grant route flight passport driver tax ssn insurance
  commande facture dossier contrat vehicule siret siren`.split(/\s+/),
);

function some(types: Types, entity: Entity): boolean {
  return types.some((type) => isSure(type, entity));
}

type Reader = (cells: readonly string[], i: number) => ColumnType | undefined;

/** Reads the columns that have no type yet. */
function fill(types: Types, { header, columns }: Table, read: Reader): Types {
  return types.map((type, i) => {
    const found = type ?? read(columns[i] as string[], i);
    return found === undefined || found === type ? type : { ...found, header: header[i] ?? '' };
  });
}

function silentName(header: string, cells: readonly string[], rules: ColumnRules): ColumnType | undefined {
  return headerTokens(header).some((token) => THINGS.has(token)) ? undefined : fullNames(cells, rules);
}

/** Quality of a reading that decides, as for known headers (columns-rules.ts). */
const TELLING_QUALITY = 0.7;
/** Longer headers are descriptions. */
const MAX_HEADER_WORDS = 4;

/** The header means something else; a bare `number` in it does not decide. */
function isTelling(hit: HeaderHit): boolean {
  return (
    hit.quality >= TELLING_QUALITY &&
    !(hit.rest.length > 0 && hit.rules.every((rule) => rule.cellConfidence < VAGUE))
  );
}

/** Distinct codes of one length under a header without conflicting words. */
function staffNumbers(header: string, cells: readonly string[], rules: ColumnRules): ColumnType | undefined {
  const tokens = headerTokens(header);
  if (tokens.length === 0 || tokens.length > MAX_HEADER_WORDS) return undefined;
  if (tokens.some((token) => NO_NUMBER_OF_STAFF.has(token))) return undefined;
  if (lookupHeader(header, rules).some(isTelling)) return undefined;
  return isCounter(cells) ? undefined : numberColumn(cells, rules);
}
