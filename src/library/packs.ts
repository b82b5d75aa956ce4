/** Rule packs for programs: loads them by the options of a scan, and tests them with their examples. */
import { LeaksiftError } from '../core/errors.js';
import type { Rule } from '../core/rule.js';
import { compileRe2 } from '../match/compile.js';
import { proveRule } from '../match/prove.js';
import { validators } from '../match/validators/index.js';
import { loadNameLists, loadRunPacks } from '../pipeline/work/load.js';
import { checkRules, type Problem } from '../rules/check.js';
import type { Packs } from '../rules/load.js';
import { SCAN_FLAGS } from './flags.js';
import { withOptionNames } from './option-names.js';
import { resolveOptions } from './options.js';
import { givenOptions, type ScanOptions } from './scan-options.js';

/** Loads, selects and hashes rule packs, by the options of scan() that choose rules. Throws LeaksiftError. */
export async function loadPacks(
  options: Pick<ScanOptions, 'rules' | 'noBuiltinRules' | 'enableRule' | 'disableRule'> = {},
): Promise<Packs> {
  return withOptionNames(() => {
    const { values, packs } = givenOptions(options);
    if (packs) throw new LeaksiftError('usage', 'rules are already loaded');
    return loadRunPacks(resolveOptions(values, {}, { flags: SCAN_FLAGS, env: {} }).settings.rules);
  });
}

/** Problems of rules: expressions, lengths, prefilters, validators, and every example. Empty if there are none. */
export async function proveRules(rules: readonly Rule[]): Promise<readonly Problem[]> {
  const lists = await loadNameLists();
  return checkRules(rules, {
    compile: (source) => {
      compileRe2('check', source);
    },
    hasValidator: (name) => validators.has(name),
    find: (rule, example) => proveRule(rule, example, { validators, lists }),
  });
}
