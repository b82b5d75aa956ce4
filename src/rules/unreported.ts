/**
 * Rules that can never be reported: their best confidence, with every context word there, is below the band that a
 * scan reports. Column rules get theirs from the table and are not judged.
 */
import { BANDS, type Band, bandOf } from '../core/entity.js';
import type { Rule } from '../core/rule.js';

export type Unreported = { readonly ruleId: string; readonly reason: string };

/** `band`: the lowest one that is reported. */
export function unreported(rules: readonly Rule[], band: Band): Unreported[] {
  const reports = (confidence: number) => BANDS.indexOf(bandOf(confidence)) >= BANDS.indexOf(band);
  return rules
    .filter((rule) => rule.pattern !== undefined && rule.columns.length === 0 && !reports(best(rule)))
    .map((rule) => ({
      ruleId: rule.id,
      reason: `is never reported: its confidence is ${best(rule)} at best, which is the band "${bandOf(best(rule))}"; raise confidence or context.adds, or scan with --confidence ${bandOf(best(rule))}`,
    }));
}

function best({ confidence, context }: Rule): number {
  return Math.min(1, Math.round((confidence + (context?.adds ?? 0)) * 100) / 100);
}
