/**
 * Selects the rules that run: `enable` keeps only the named ones, then `disable` removes. Input: ids or globs
 * (`contact.*`, where `*` also matches dots). Rejects a name that matches no rule.
 */
import { LeaksiftError } from '../core/errors.js';
import { nearest } from '../core/nearest.js';
import type { Rule } from '../core/rule.js';

export type Selection = { readonly enable: readonly string[]; readonly disable: readonly string[] };

export function selectRules(rules: readonly Rule[], { enable, disable }: Selection): Rule[] {
  const isEnabled = matcher(rules, enable);
  const isDisabled = matcher(rules, disable);
  return rules.filter((rule) => (enable.length === 0 || isEnabled(rule.id)) && !isDisabled(rule.id));
}

function hint(rules: readonly Rule[], glob: string): string {
  const near = nearest(
    glob,
    rules.map(({ id }) => id),
  );
  return near === undefined ? ' (`leaksift rules list` shows all)' : `; did you mean ${near}?`;
}

function matcher(rules: readonly Rule[], globs: readonly string[]): (id: string) => boolean {
  const patterns = globs.map((glob) => {
    const source = glob
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    const pattern = new RegExp(`^${source}$`, 'i');
    if (!rules.some((rule) => pattern.test(rule.id)))
      throw new LeaksiftError('usage', `no rule matches ${glob}${hint(rules, glob)}`);
    return pattern;
  });
  return (id) => patterns.some((pattern) => pattern.test(id));
}
