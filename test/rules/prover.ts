/** A small prover for rule tests: one rule over one example with re2, as the matcher would, without pages. */
import RE2 from 're2';
import { foldText } from '../../src/core/fold.js';
import type { Example, Rule, Validator } from '../../src/core/rule.js';
import { normalizeHeader } from '../../src/match/columns/columns-normalize.js';
import { proveRule } from '../../src/match/prove.js';
import { validators } from '../../src/match/validators/index.js';
import { loadNameLists } from '../../src/pipeline/work/load.js';
import type { Proof, Prover } from '../../src/rules/check.js';

const compiled = new Map<string, RE2>();

function re2(source: string): RE2 {
  let re = compiled.get(source);
  if (!re) {
    re = new RE2(source, 'gu');
    compiled.set(source, re);
  }
  re.lastIndex = 0;
  return re;
}

export const prover: Prover = {
  compile: (source) => void re2(source),
  hasValidator: (name) => validators.has(name),
  find: (rule, example) =>
    rule.requires === 'mention'
      ? proveRule(rule, example, { validators, lists })
      : example.column === undefined
        ? inText(rule, example.text)
        : inCell(rule, example),
};

const lists = await loadNameLists();

const anything: Validator = (value) => ({ normal: value });

function inCell(rule: Rule, example: Example): Proof[] {
  const header = normalizeHeader(example.column ?? '');
  if (!rule.columns.some((phrase) => normalizeHeader(phrase) === header)) return [];
  const value = example.text.trim();
  if (rule.cell !== undefined && !re2(`^(?:${rule.cell})$`).test(value)) return [];
  const verdict = (validators.get(rule.validator ?? '') ?? anything)(value, { before: '', after: '' });
  return verdict ? [{ value, start: 0, end: 0 }] : [];
}

export function inText(rule: Rule, text: string): Proof[] {
  if (rule.pattern === undefined || rule.requires === 'column') return [];
  const proofs: Proof[] = [];
  const re = re2(rule.pattern);
  for (let match = re.exec(text); match; match = re.exec(text)) {
    const given = match[rule.group] ?? '';
    const at = match.index + (rule.group === 0 ? 0 : match[0].lastIndexOf(given));
    const neighbours = {
      before: text.slice(Math.max(0, at - 24), at),
      after: text.slice(at + given.length, at + given.length + 24),
    };
    if (rule.refine !== undefined && !re2(rule.refine).test(given)) continue;
    const verdict = (validators.get(rule.validator ?? '') ?? anything)(given, neighbours);
    if (
      !verdict ||
      given === '' ||
      (rule.requires === 'context' && !hasContext(rule, text, at, given.length))
    )
      continue;
    proofs.push({
      value: given.slice(0, verdict.length),
      start: Buffer.byteLength(text.slice(0, match.index)),
      end: Buffer.byteLength(text.slice(0, match.index + match[0].length)),
    });
  }
  return proofs;
}

function hasContext(rule: Rule, text: string, at: number, length: number): boolean {
  const { words = [], before = 0, after = 0 } = rule.context ?? {};
  const window = ` ${text.slice(Math.max(0, at - before), at)} ${text.slice(at + length, at + length + after)} `;
  const folded = foldText(window).replace(/[^\p{L}\p{N}]+/gu, ' ');
  return words.some((word) =>
    folded.includes(
      ` ${foldText(word)
        .replace(/[^\p{L}\p{N}]+/gu, ' ')
        .trim()} `,
    ),
  );
}
