/**
 * Tests rules with their own examples. Input: rules and a prover, because compiling and matching belong to the
 * matcher; output: all problems, as data. Every example must match (with its value), no counter-example may, and the
 * prefilter must hold inside every example's match.
 */
import type { Example, Prefilter, Rule } from '../core/rule.js';

/** A match found in an example: the value, and the bytes of the whole match in the UTF-8 text. */
export type Proof = { readonly value: string; readonly start: number; readonly end: number };

/** What the matcher provides. `find` runs this one rule as a scan would: validator and `requires` included. */
export type Prover = {
  /** Throws if RE2 rejects the source. */
  compile(source: string): void;
  hasValidator(name: string): boolean;
  find(rule: Rule, example: Example): readonly Proof[];
};

export type Problem = { readonly ruleId: string; readonly field: string; readonly reason: string };

export function checkRules(rules: readonly Rule[], prover: Prover): Problem[] {
  return rules.flatMap((rule) => checkRule(rule, prover));
}

function checkRule(rule: Rule, prover: Prover): Problem[] {
  const problem = (field: string, reason: string): Problem => ({ ruleId: rule.id, field, reason });
  if (rule.validator !== undefined && !prover.hasValidator(rule.validator)) {
    return [problem('validator', `there is no validator ${rule.validator}`)];
  }
  for (const field of ['pattern', 'refine', 'cell'] as const) {
    const source = rule[field];
    if (source !== undefined && !compiles(prover, source)) return [problem(field, 'RE2 refuses it')];
  }
  return [
    ...rule.examples.flatMap((example, n) =>
      checkExample(rule, example, prover).map((reason) => problem(`examples.${n}`, reason)),
    ),
    ...rule.negativeExamples.flatMap((example, n) =>
      checkNegative(rule, example, prover).map((reason) => problem(`negative_examples.${n}`, reason)),
    ),
  ];
}

function compiles(prover: Prover, source: string): boolean {
  try {
    prover.compile(source);
    return true;
  } catch {
    return false;
  }
}

function checkExample(rule: Rule, example: Example, prover: Prover): string[] {
  const proofs = prover.find(rule, example);
  const wanted = proofs.find((proof) => example.value === undefined || proof.value === example.value);
  if (!wanted) return [proofs.length === 0 ? 'not found' : `found ${values(proofs)}, not ${example.value}`];
  // Column and mention rules have no pattern, hence no length and prefilter to check.
  if (example.column !== undefined || rule.pattern === undefined) return [];
  const bytes = Buffer.from(example.text);
  const { start, end } = wanted;
  if (end - start > rule.maxBytes)
    return [`matches ${end - start} bytes, more than the computed ${rule.maxBytes}`];
  return holds(rule.prefilter, bytes, { start, end }) ? [] : ['the prefilter would miss this match'];
}

function checkNegative(rule: Rule, example: Example, prover: Prover): string[] {
  const proofs = prover.find(rule, example);
  const hit = proofs.find((proof) => example.value === undefined || proof.value === example.value);
  return hit ? [`found ${values(proofs)}`] : [];
}

function values(proofs: readonly Proof[]): string {
  return proofs.map((proof) => JSON.stringify(proof.value)).join(', ');
}

/** True if the prefilter's condition holds within the span (words: as whole runs of letters). */
export function holds(prefilter: Prefilter, bytes: Buffer, span: { start: number; end: number }): boolean {
  const inside = bytes.subarray(span.start, span.end);
  switch (prefilter.kind) {
    case 'none':
      return true;
    case 'literal':
      return prefilter.literals.some((literal) => inside.includes(literal));
    case 'digits':
      return longestDigits(inside) >= prefilter.digits;
    case 'words': {
      const found = letterRuns(bytes, span);
      return prefilter.words.some((word) => found.has(word));
    }
  }
}

/** The longest run of digits with gaps of at most four bytes between neighbours. */
function longestDigits(bytes: Buffer): number {
  let [best, count, gap] = [0, 0, 0];
  for (const byte of bytes) {
    const isDigit = byte >= 0x30 && byte <= 0x39;
    if (isDigit) {
      count = gap > 4 ? 1 : count + 1;
      gap = 0;
      best = Math.max(best, count);
    } else gap += 1;
  }
  return best;
}

/** Whole runs of letters that lie within the span, in lower case. Letters: ASCII ones and U+00C0 upwards. */
function letterRuns(bytes: Buffer, { start, end }: { start: number; end: number }): Set<string> {
  const runs = new Set<string>();
  const text = bytes.toString('utf8');
  for (const match of text.matchAll(/\p{L}+/gu)) {
    const from = Buffer.byteLength(text.slice(0, match.index));
    const to = from + Buffer.byteLength(match[0]);
    if (from >= start && to <= end) runs.add(match[0].toLowerCase());
  }
  return runs;
}
