/** Decides whether a value or rule belongs to a police service, so that a roster can be reported as one. */
import type { Match } from '../core/match.js';

/** Rank words that only police, gendarmerie and similar services use. */
const RANK_WORDS: ReadonlySet<string> = new Set(
  `constable sheriff undersheriff trooper detective gendarme marechal commissaire policier gardien patrolman pcso patrolwoman polizeimeister polizeiobermeister polizeihauptmeister polizeikommissar polizeioberkommissar polizeihauptkommissar hoofdagent carabiniere appuntato policia police polizei polizia politie asvp kriminalkommissar kriminaloberkommissar kriminalhauptkommissar guardia dusm ptl ptlm ptlmn pofc tpr ofc polofcr pol pm pom phm pok phk ephk kok khk polizeirat gpx gdpx brc mdl mdc dci pc dc sovrintendente vicequestore rulp`.split(
    ' ',
  ),
);
/** Rules whose findings always belong to a police service. */
const RULES =
  /^contact\.email\.police|^rank\.(?:fr|uk|us|eu)\.(?:full|abbreviated|short)|^unit\.(?:fr|uk)|^vetting\.uk/;

/** Unit name words that only police and gendarmerie use. */
const UNIT_WORDS =
  /\b(?:police|sheriffs?|constabulary|gendarmerie|commissariat|precinct|polizei\p{L}*|politie|policia|comisaria|carabinieri|questura|troopers?)\b/u;
/** `PO II`, `Officer`: alone, or followed by a grade. */
const OFFICER =
  /^(?:(?:sr|senior|master|corporal|prob\w*) )?(?:po|officer|deputy|dep)(?: (?:[ivx\d]{1,4}|first class|1st class))*$/;

export function isPolice(match: Pick<Match, 'rule' | 'normal'>): boolean {
  if (RULES.test(match.rule.id)) return true;
  if (match.rule.entity === 'UNIT') return UNIT_WORDS.test(match.normal.toLowerCase());
  return match.rule.entity === 'RANK' && isPoliceRank(match.normal);
}

/** `normal` is folded: lower case, no accents. */
function isPoliceRank(normal: string): boolean {
  if (OFFICER.test(normal.toLowerCase())) return true;
  return normal
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .some((word) => RANK_WORDS.has(word));
}
