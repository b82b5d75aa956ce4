/** The built-in name detector: gazetteer and shape, no model. */
import type { Rule } from '../core/rule.js';
import { type Gazetteer, gazetteerWords, titleWords } from './gazetteer.js';
import type { NameDetector } from './name-detector.js';
import { nameAt } from './names.js';

/** The rule whose findings names in running text are; where it is disabled, no name is looked for. */
export const NAME_RULE_ID = 'person.name.text';
/** A title, a street word or `LAST,` stands within this many bytes before the trigger. */
const BEFORE_BYTES = 80;
/** The longest name behind its first word. */
const MAX_BYTES = 144;

/** `rule` is the pack's rule NAME_RULE_ID. */
export function gazetteerDetector(gazetteer: Gazetteer, rule: Rule): NameDetector {
  return {
    nameWords: gazetteerWords(gazetteer),
    titleWords: titleWords(gazetteer),
    before: BEFORE_BYTES,
    maxBytes: MAX_BYTES,
    detect(text, at) {
      const found = nameAt(text, at, gazetteer);
      return found && { ...found, rule };
    },
  };
}
