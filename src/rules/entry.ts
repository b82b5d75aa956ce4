/**
 * Converts one parsed entry of a pack to a Rule: joins fragments, fills defaults, computes the longest match. Throws
 * LeaksiftError `rules` with "field: reason"; the loader prepends file and rule.
 */
import { LeaksiftError } from '../core/errors.js';
import { foldText } from '../core/fold.js';
import type { Example, Prefilter, Rule } from '../core/rule.js';
import { boundsOf, PatternError } from './bounds.js';
import type { ExampleEntry, RuleEntry } from './schema.js';

export function toRule(entry: RuleEntry, pack: string): Rule {
  const pattern = joined(entry.pattern);
  const cell = joined(entry.cell);
  demandUse(entry, pattern);
  if (cell !== undefined) checked('cell', cell);
  return {
    id: entry.id,
    pack,
    name: entry.name,
    entity: entry.entity,
    description: entry.description,
    severity: entry.severity,
    pattern,
    group: entry.group,
    ...longest(pattern, entry.max_length),
    refine: entry.refine,
    validator: entry.validator,
    prefilter: prefilterOf(entry.prefilter),
    confidence: entry.confidence,
    context: entry.context,
    requires: entry.requires,
    columns: entry.columns.map(normalHeader),
    cell,
    cellConfidence: entry.cell_confidence,
    rank: entry.rank,
    examples: entry.examples.map(exampleOf),
    negativeExamples: entry.negative_examples.map(exampleOf),
    references: entry.references,
  };
}

/** Lower case, no accents, single spaces. The column classifier normalises both sides further. */
function normalHeader(phrase: string): string {
  return foldText(phrase).replace(/\s+/g, ' ').trim();
}

/** Rejects a rule that nothing can trigger. */
function demandUse(entry: RuleEntry, pattern: string | undefined): void {
  if (entry.requires === 'mention') {
    if (pattern === undefined) return;
    throw new LeaksiftError('rules', 'pattern: not allowed with requires: mention');
  }
  if (pattern === undefined && entry.columns.length === 0) {
    throw new LeaksiftError('rules', 'pattern: a rule needs a pattern or columns');
  }
  if (pattern === undefined && entry.requires !== 'column') {
    throw new LeaksiftError('rules', 'requires: a rule without pattern must say requires: column');
  }
  if (entry.requires === 'context' && !entry.context?.words.length) {
    throw new LeaksiftError('rules', 'context: requires: context needs context.words');
  }
  if (entry.requires === 'column' && entry.columns.length === 0) {
    throw new LeaksiftError('rules', 'columns: requires: column needs columns');
  }
}

function longest(
  pattern: string | undefined,
  maxLength: number,
): Pick<Rule, 'maxBytes' | 'maxCharacters' | 'hasDigit'> {
  if (pattern === undefined) return { maxBytes: 0, maxCharacters: 0, hasDigit: false };
  const { min, max, characters, hasDigit } = checked('pattern', pattern);
  if (min === 0) throw new LeaksiftError('rules', 'pattern: can match the empty string');
  if (max > maxLength) {
    throw new LeaksiftError('rules', `pattern: can match ${max} bytes, more than max_length ${maxLength}`);
  }
  return { maxBytes: max, maxCharacters: characters, hasDigit };
}

function checked(field: string, source: string) {
  try {
    return boundsOf(source);
  } catch (error) {
    if (error instanceof PatternError) throw new LeaksiftError('rules', `${field}: ${error.message}`);
    throw error;
  }
}

function joined(source: string | readonly string[] | undefined): string | undefined {
  return typeof source === 'string' ? source : source?.join('');
}

function prefilterOf(given: RuleEntry['prefilter']): Prefilter {
  if (given === undefined) return { kind: 'none' };
  if ('words' in given) return { kind: 'words', words: given.words.map((word) => word.toLowerCase()) };
  if ('literals' in given) return { kind: 'literal', literals: given.literals };
  return { kind: 'digits', digits: given.digits };
}

function exampleOf(entry: ExampleEntry): Example {
  return typeof entry === 'string' ? { text: entry } : entry;
}
