/** The built-in name detector: first names and titles of the gazetteer trigger it, names.ts decides. */
import type { Rule } from '../../core/rule.js';
import type { NameDetector } from './name-detector.js';
import { mayLeadToName } from './name-prefilter.js';
import { type Gazetteer, gazetteerWords, nameAt, titleWords } from './names.js';

/** A surname, a particle or two and initials may stand before the first name: `VAN DER BERG, Anna M.` */
const BEFORE_BYTES = 120;
const FROM_BYTES = 160;

/** `rule` is what found names are reported as. */
export function gazetteerDetector(gazetteer: Gazetteer, rule: Rule): NameDetector {
  return {
    nameWords: gazetteerWords(gazetteer),
    titleWords: titleWords(gazetteer),
    before: BEFORE_BYTES,
    maxBytes: FROM_BYTES,
    mayLead: mayLeadToName,
    detect(text, at) {
      const found = nameAt(text, at, gazetteer);
      return found && { ...found, rule };
    },
  };
}
