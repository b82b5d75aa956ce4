/**
 * Checks a cell of a typed column as a scan does: first the rule's `cell` expression (or the shape of its entity),
 * then its validator, which sees the cell alone. Input: the validators; output: the check that columns are compiled
 * with.
 */
import type { Validator } from '../../core/rule.js';
import { jsFits } from './columns-cell.js';
import type { CellFits } from './columns-rules.js';

const ALONE = { before: '', after: '' };

export function cellFits(validators: ReadonlyMap<string, Validator>): CellFits {
  return (rule, text) => {
    const verdict = jsFits(rule, text);
    const validator = rule.validator === undefined ? undefined : validators.get(rule.validator);
    return verdict && validator ? validator(text, ALONE) : verdict;
  };
}
