/**
 * Compiles rules for the engine: RE2 objects, trigger tables, and the groups that share a prefilter. Only this folder
 * imports re2. RE2 objects cannot be cloned, so every worker compiles once.
 */
import RE2 from 're2';
import { LeaksiftError } from '../core/errors.js';
import type { Prefilter, Rule, Validator } from '../core/rule.js';
import { type ContextTest, compileContext } from './context.js';
import { Scanner, type TableWord } from './prefilter.js';

/** Payload bit of words that the name detector requested: a name counts only with a capital. */
export const NAME_BIT = 1 << 29;
export const TITLE_BIT = 1 << 30;
export const RULE_MASK = NAME_BIT - 1;

/** A rule, with what is needed to accept or reject a hit of its pattern. */
export type CompiledRule = {
  readonly rule: Rule;
  readonly validator: Validator | undefined;
  readonly context: ContextTest | undefined;
  /** What the value must also contain. */
  readonly refine: RE2 | undefined;
};

/** A pattern and the rules with exactly this source: one search serves all. */
export type CompiledPattern = {
  readonly index: number;
  readonly re: RE2;
  readonly source: string;
  readonly prefilter: Prefilter;
  readonly maxBytes: number;
  readonly maxCharacters: number;
  /** Every match holds a digit: text without digits is not searched. */
  readonly hasDigit: boolean;
  /**
   * Set if all its rules require context: the expression that ASCII text around a match must fulfil, and its reach in
   * bytes.
   */
  readonly demand: { readonly source: string; readonly reach: number } | undefined;
  readonly rules: readonly CompiledRule[];
};

type PatternSet = { match(text: Buffer): number[] };

/** Patterns triggered by clusters of digits: an RE2 set selects those that can match around one. */
export type DigitGroup = {
  readonly patterns: readonly CompiledPattern[];
  readonly which: PatternSet;
  /** The contexts of those patterns that demand one. */
  readonly contexts: PatternSet | undefined;
  /** By index in `patterns`: index in `contexts`, or -1. */
  readonly contextOf: readonly number[];
  /** Bytes around a window that can hold a context. */
  readonly contextReach: number;
  readonly maxCharacters: number;
  readonly minDigits: number;
};

export type Literal = { readonly bytes: Buffer; readonly patterns: readonly CompiledPattern[] };

export type CompiledPacks = {
  readonly patterns: readonly CompiledPattern[];
  readonly scanner: Scanner;
  /** Payload of a table word without its bits → the patterns it triggers. 0: none. */
  readonly byWord: readonly (readonly CompiledPattern[])[];
  readonly literals: readonly Literal[];
  readonly digits: DigitGroup | undefined;
  /** Patterns without a prefilter: they run over everything. */
  readonly always: readonly CompiledPattern[];
  readonly maxBytes: number;
};

export type CompileOptions = {
  readonly validators: ReadonlyMap<string, Validator>;
  /** Words that can begin a person's name; they count only with a capital. */
  readonly nameWords?: readonly string[];
  /** Words that can precede a person's name, in any case. */
  readonly titleWords?: readonly string[];
  /** Ignores every prefilter: the slow reference for tests. */
  readonly bruteForce?: boolean;
};

export function compilePacks(rules: readonly Rule[], options: CompileOptions): CompiledPacks {
  const patterns = compilePatterns(rules, options);
  const of = (kind: string) => patterns.filter(({ prefilter }) => prefilter.kind === kind);
  const words = collectWords(of('words'), options);
  return {
    patterns,
    ...words,
    literals: collectLiterals(of('literal')),
    digits: digitGroup(of('digits')),
    always: of('none'),
    maxBytes: Math.max(64, ...patterns.map((pattern) => pattern.maxBytes)),
  };
}

function compilePatterns(rules: readonly Rule[], options: CompileOptions): CompiledPattern[] {
  const shared = new Map<string, Rule[]>();
  for (const rule of rules) {
    if (rule.pattern === undefined || rule.requires === 'column') continue;
    const key = JSON.stringify([rule.pattern, rule.prefilter]);
    shared.set(key, [...(shared.get(key) ?? []), rule]);
  }
  return [...shared.values()].map((users, index) => {
    const [first] = users as [Rule];
    const source = first.pattern as string;
    // Indices are needed only if a value is a capture group.
    const flags = users.some((rule) => rule.group > 0) ? 'gd' : 'g';
    const compiled = users.map((rule) => compileRule(rule, options));
    return {
      index,
      re: compileRe2(first.id, source, flags),
      source,
      prefilter: options.bruteForce ? { kind: 'none' } : first.prefilter,
      maxBytes: Math.max(...users.map((rule) => rule.maxBytes)),
      maxCharacters: Math.max(...users.map((rule) => rule.maxCharacters)),
      hasDigit: first.hasDigit && !options.bruteForce,
      demand: demandOf(compiled),
      rules: compiled,
    };
  });
}

function demandOf(rules: readonly CompiledRule[]): CompiledPattern['demand'] {
  if (!rules.every(({ rule, context }) => rule.requires === 'context' && context)) return undefined;
  const contexts = rules.flatMap(({ context }) => context ?? []);
  return {
    source: contexts.map((context) => context.demand).join('|'),
    reach: Math.max(...contexts.flatMap(({ before, after }) => [before, after])),
  };
}

function compileRule(rule: Rule, options: CompileOptions): CompiledRule {
  const validator = rule.validator === undefined ? undefined : options.validators.get(rule.validator);
  if (rule.validator !== undefined && !validator) {
    throw new LeaksiftError('rules', `${rule.id}: there is no validator "${rule.validator}"`);
  }
  return {
    rule,
    validator,
    context: rule.context && compileContext(rule.context),
    refine: rule.refine === undefined ? undefined : compileRe2(rule.id, rule.refine, ''),
  };
}

/** Compiles one pattern; a fault names the rule. */
export function compileRe2(id: string, pattern: string, flags = 'g'): RE2 {
  try {
    return new RE2(pattern, flags);
  } catch (error) {
    throw new LeaksiftError('rules', `${id}: RE2 rejects the pattern: ${(error as Error).message}`);
  }
}

function collectWords(patterns: readonly CompiledPattern[], options: CompileOptions) {
  const byWord: CompiledPattern[][] = [[]];
  const payloads = new Map<string, number>();
  const isRuleWord = new Set<string>();
  for (const pattern of patterns) {
    const { prefilter } = pattern;
    if (prefilter.kind !== 'words') continue;
    for (const word of prefilter.words.map(fold)) {
      if (!isRuleWord.has(word)) payloads.set(word, byWord.push([]) - 1);
      isRuleWord.add(word);
      byWord[payloads.get(word) as number]?.push(pattern);
    }
  }
  const flag = (words: readonly string[] | undefined, bit: number) => {
    for (const word of (words ?? []).map(fold)) {
      if (word !== '') payloads.set(word, (payloads.get(word) ?? 0) | bit);
    }
  };
  flag(options.titleWords, TITLE_BIT);
  flag(options.nameWords, NAME_BIT);
  const table: TableWord[] = [...payloads].map(([word, payload]) => ({
    word,
    payload,
    capsOnly: payload === NAME_BIT,
  }));
  return { byWord, scanner: new Scanner(table) };
}

function fold(word: string): string {
  return word.toLowerCase();
}

function collectLiterals(patterns: readonly CompiledPattern[]): Literal[] {
  const byLiteral = new Map<string, CompiledPattern[]>();
  for (const pattern of patterns) {
    const { prefilter } = pattern;
    if (prefilter.kind !== 'literal') continue;
    for (const literal of prefilter.literals) {
      byLiteral.set(literal, [...(byLiteral.get(literal) ?? []), pattern]);
    }
  }
  return [...byLiteral].map(([literal, users]) => ({ bytes: Buffer.from(literal), patterns: users }));
}

function digitGroup(patterns: readonly CompiledPattern[]): DigitGroup | undefined {
  if (patterns.length === 0) return undefined;
  const sources = patterns.map(({ source }) => source);
  const digitsOf = ({ prefilter }: CompiledPattern) => (prefilter.kind === 'digits' ? prefilter.digits : 0);
  const demands = patterns.flatMap(({ demand }) => demand ?? []);
  let next = 0;
  return {
    patterns,
    contexts: demands.length === 0 ? undefined : new RE2.Set(demands.map(({ source }) => source)),
    contextOf: patterns.map(({ demand }) => (demand ? next++ : -1)),
    contextReach: Math.max(0, ...demands.map(({ reach }) => reach)),
    which: new RE2.Set(sources),
    maxCharacters: Math.max(...patterns.map(({ maxCharacters }) => maxCharacters)),
    minDigits: Math.min(...patterns.map(digitsOf)),
  };
}
