/** `leaksift rules list | check`: lists the rules of the packs, and tests each rule with its examples. */
import { bandOf } from '../core/entity.js';
import { SCAN_FLAGS } from '../library/flags.js';
import { type OptionValues, resolveOptions } from '../library/options.js';
import { proveRules } from '../library/packs.js';
import { validators } from '../match/validators/index.js';
import { loadRunPacks, unreportedRules } from '../pipeline/work/load.js';
import { EXIT, type Io } from './io.js';

export async function rulesListCommand(typed: OptionValues, io: Io): Promise<number> {
  const { settings } = resolveOptions(typed, {}, { flags: SCAN_FLAGS, env: io.env });
  if (typed.validators === true) {
    for (const name of [...validators.keys()].sort()) io.stdout.write(`${name}\n`);
    return EXIT.complete;
  }
  const { rules } = await loadRunPacks(settings.rules);
  if (typed.json === true) {
    for (const rule of rules) io.stdout.write(`${JSON.stringify(rule)}\n`);
    return EXIT.complete;
  }
  const width = Math.max(...rules.map((rule) => rule.id.length));
  for (const rule of rules) {
    const how =
      rule.pattern === undefined
        ? rule.requires
        : rule.requires === 'nothing'
          ? bandOf(rule.confidence)
          : rule.requires;
    io.stdout.write(
      `${rule.id.padEnd(width)}  ${rule.entity.padEnd(16)} ${rule.severity.padEnd(8)} ${how.padEnd(8)} ${rule.name}\n`,
    );
  }
  return EXIT.complete;
}

export async function rulesCheckCommand(typed: OptionValues, io: Io): Promise<number> {
  const { settings } = resolveOptions(typed, {}, { flags: SCAN_FLAGS, env: io.env });
  const packs = await loadRunPacks(settings.rules);
  const { rules, hash } = packs;
  const problems = await proveRules(rules);
  for (const { ruleId, field, reason } of problems) io.stderr.write(`${ruleId}: ${field}: ${reason}\n`);
  for (const { ruleId, reason } of unreportedRules(packs, settings.minBand))
    io.stderr.write(`${ruleId}: warning: ${reason}\n`);
  const examples = rules.reduce((sum, rule) => sum + rule.examples.length + rule.negativeExamples.length, 0);
  io.stdout.write(
    `${rules.length} rules, ${examples} examples, ${problems.length} problems (packs ${hash.slice(0, 12)})\n`,
  );
  return problems.length === 0 ? EXIT.complete : EXIT.usage;
}
