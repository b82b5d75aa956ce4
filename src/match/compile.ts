/**
 * Rules → what the engine runs: RE2 objects, trigger tables, and the groups that share a prefilter. This
 * folder holds the only imports of re2. RE2 objects cannot be cloned, so every worker compiles once.
 */
import RE2 from 're2';
import { LeaksiftError } from '../core/errors.js';
import type { Rule, Validator } from '../core/rule.js';
import { type ContextTest, compileContext } from './context.js';
import { Scanner, type TableWord } from './prefilter.js';

export type CompiledRule = {
  readonly rule: Rule;
  readonly index: number;
  readonly re: RE2;
  readonly validator: Validator | undefined;
  readonly context: ContextTest | undefined;
  /** Minimal digits of a cluster that can hold a match; 0 for rules of other kinds. */
  readonly digits: number;
};

/** Rules found by clusters of digits: one alternation says whether and where, a set says which. */
export type DigitGroup = {
  readonly rules: readonly CompiledRule[];
  readonly any: RE2;
  readonly which: { match(text: Buffer): number[] };
  readonly maxBytes: number;
  readonly minDigits: number;
};

export type Literal = { readonly bytes: Buffer; readonly rules: readonly CompiledRule[] };

export type CompiledPacks = {
  readonly rules: readonly CompiledRule[];
  readonly scanner: Scanner;
  /** Payload of a table word → the rules it triggers. Index 0 is unused. */
  readonly byWord: readonly (readonly CompiledRule[])[];
  /** Payload of a word that the name detector asked for. */
  readonly namePayload: number;
  readonly titlePayload: number;
  readonly literals: readonly Literal[];
  readonly digits: DigitGroup | undefined;
  /** Rules without a prefilter: run over everything. */
  readonly always: readonly CompiledRule[];
  readonly maxBytes: number;
};

export type CompileOptions = {
  readonly validators: ReadonlyMap<string, Validator>;
  /** Words that may begin a person's name; they count with a capital only. */
  readonly nameWords?: readonly string[];
  /** Words that may stand before a person's name, in any case. */
  readonly titleWords?: readonly string[];
  /** Ignores every prefilter: the slow truth that tests compare with. */
  readonly bruteForce?: boolean;
};

export function compilePacks(rules: readonly Rule[], options: CompileOptions): CompiledPacks {
  const compiled = rules
    .filter((rule) => rule.pattern !== undefined && rule.requires !== 'column')
    .map((rule, index) => compileRule(rule, index, options));
  const of = (kind: string) =>
    compiled.filter((c) => (options.bruteForce ? 'none' : c.rule.prefilter.kind) === kind);
  const words = collectWords(of('words'), options);
  return {
    rules: compiled,
    ...words,
    literals: collectLiterals(of('literal')),
    digits: digitGroup(of('digits')),
    always: of('none'),
    maxBytes: Math.max(64, ...compiled.map((c) => c.rule.maxBytes)),
  };
}

function compileRule(rule: Rule, index: number, options: CompileOptions): CompiledRule {
  const validator = rule.validator === undefined ? undefined : options.validators.get(rule.validator);
  if (rule.validator !== undefined && !validator) {
    throw new LeaksiftError('rules', `${rule.id}: there is no validator "${rule.validator}"`);
  }
  return {
    rule,
    index,
    // Indices are needed only where the value is a group.
    re: compileRe2(rule.id, rule.pattern as string, rule.group > 0 ? 'gd' : 'g'),
    validator,
    context: rule.context && compileContext(rule.context),
    digits: rule.prefilter.kind === 'digits' ? rule.prefilter.digits : 0,
  };
}

/** Compiles one pattern; a fault names the rule. */
export function compileRe2(id: string, pattern: string, flags = 'g'): RE2 {
  try {
    return new RE2(pattern, flags);
  } catch (error) {
    throw new LeaksiftError('rules', `${id}: RE2 refuses the pattern: ${(error as Error).message}`);
  }
}

function collectWords(rules: readonly CompiledRule[], options: CompileOptions) {
  const byWord: CompiledRule[][] = [[]];
  const payloads = new Map<string, number>();
  const payloadOf = (word: string) => {
    const known = payloads.get(word);
    if (known !== undefined) return known;
    payloads.set(word, byWord.length);
    return byWord.push([]) - 1;
  };
  for (const compiled of rules) {
    const { prefilter } = compiled.rule;
    if (prefilter.kind !== 'words') continue;
    for (const word of prefilter.words) byWord[payloadOf(fold(word))]?.push(compiled);
  }
  // Title words that are rule words too keep the rule's payload; the engine asks isTitle() for them.
  const table: TableWord[] = [...payloads].map(([word, payload]) => ({ word, payload, capsOnly: false }));
  const titlePayload = byWord.push([]) - 1;
  for (const word of unseen(options.titleWords, payloads)) {
    payloads.set(word, titlePayload);
    table.push({ word, payload: titlePayload, capsOnly: false });
  }
  const namePayload = byWord.push([]) - 1;
  for (const word of unseen(options.nameWords, payloads)) {
    table.push({ word, payload: namePayload, capsOnly: true });
  }
  return { byWord, namePayload, titlePayload, scanner: new Scanner(table) };
}

function unseen(words: readonly string[] | undefined, known: ReadonlyMap<string, number>): string[] {
  return [...new Set((words ?? []).map(fold))].filter((word) => word !== '' && !known.has(word));
}

function fold(word: string): string {
  return word.toLowerCase();
}

function collectLiterals(rules: readonly CompiledRule[]): Literal[] {
  const byLiteral = new Map<string, CompiledRule[]>();
  for (const compiled of rules) {
    const { prefilter } = compiled.rule;
    if (prefilter.kind !== 'literal') continue;
    for (const literal of prefilter.literals) {
      byLiteral.set(literal, [...(byLiteral.get(literal) ?? []), compiled]);
    }
  }
  return [...byLiteral].map(([literal, users]) => ({ bytes: Buffer.from(literal), rules: users }));
}

function digitGroup(rules: readonly CompiledRule[]): DigitGroup | undefined {
  if (rules.length === 0) return undefined;
  const patterns = rules.map((c) => c.rule.pattern as string);
  return {
    rules,
    any: compileRe2('digits', patterns.map((p) => `(?:${p})`).join('|')),
    which: new RE2.Set(patterns),
    maxBytes: Math.max(...rules.map((c) => c.rule.maxBytes)),
    minDigits: Math.min(...rules.map((c) => c.digits)),
  };
}
