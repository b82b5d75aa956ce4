/** Tells whether a value or rule speaks of a police service, so that a roster can be called one. */
import type { Match } from '../core/match.js';

/** Rank words that only police and gendarmerie (or a like service) use. */
const RANK_WORDS: ReadonlySet<string> = new Set(
  `constable sheriff undersheriff trooper detective gendarme marechal commissaire policier gardien patrolman pcso patrolwoman polizeimeister polizeiobermeister polizeihauptmeister polizeikommissar polizeioberkommissar polizeihauptkommissar hoofdagent carabiniere appuntato policia police polizei polizia politie asvp kriminalkommissar kriminaloberkommissar kriminalhauptkommissar guardia dusm gpx gdpx brc mdl mdc dci pc dc sovrintendente vicequestore rulp`.split(
    ' ',
  ),
);
/** Rules whose every finding is a police service's. */
const RULES =
  /^contact\.email\.police|^rank\.(?:fr|uk|us|eu)\.(?:full|numbered|abbreviated|short)|^unit\.(?:fr|uk)|^vetting\.uk/;

export function isPolice(match: Pick<Match, 'rule' | 'normal'>): boolean {
  if (RULES.test(match.rule.id)) return true;
  return match.rule.entity === 'RANK' && isPoliceRank(match.normal);
}

/** `normal` is folded: lower case, no accents. */
function isPoliceRank(normal: string): boolean {
  return normal
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .some((word) => RANK_WORDS.has(word));
}
