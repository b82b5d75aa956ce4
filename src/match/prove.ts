/**
 * Runs one rule over an example for `rules check`, as a scan would: pattern, validator, context and `requires`,
 * without prefilter. Also reports the span of the whole match around each value.
 */
import type { Match } from '../core/match.js';
import type { Example, Rule, Validator } from '../core/rule.js';
import { cellFits } from './columns/cell-fits.js';
import { classifyColumns, compileColumnRules, evaluateCell } from './columns/columns.js';
import { compilePacks, compileRe2 } from './compile.js';
import { Engine } from './engine.js';
import { gazetteerDetector } from './names/gazetteer-detector.js';
import type { MentionLists } from './names/mention.js';

export type Proven = { readonly value: string; readonly start: number; readonly end: number };

/** What proving needs. `lists`: the word lists for mentions; without them no mention is found. */
export type Proving = {
  readonly validators: ReadonlyMap<string, Validator>;
  readonly lists?: MentionLists;
};

export function proveRule(rule: Rule, example: Example, { validators, lists }: Proving): Proven[] {
  if (example.column !== undefined) return proveCell(rule, example, validators);
  if (rule.requires === 'mention') return lists ? proveMention(rule, example.text, lists) : [];
  if (rule.pattern === undefined) return [];
  const spans = wholeMatches(rule, example.text);
  const engine = new Engine(compilePacks([rule], { validators, bruteForce: true }));
  return matchesOf(engine, example.text).map((match) => {
    const whole = spans.find((span) => span.start <= match.start && match.end <= span.end);
    return { value: match.value, start: whole?.start ?? match.start, end: whole?.end ?? match.end };
  });
}

function proveMention(rule: Rule, text: string, lists: MentionLists): Proven[] {
  const names = gazetteerDetector(lists, (id) => (id === rule.id ? rule : undefined));
  const engine = new Engine(compilePacks([], { validators: new Map(), ...names }), names);
  return matchesOf(engine, text);
}

function matchesOf(engine: Engine, text: string): Match[] {
  const bytes = Buffer.from(text);
  bytes.copy(engine.packs.scanner.page(bytes.length));
  const found: Match[] = [];
  const page = { length: bytes.length, from: 0, to: bytes.length, base: 0 };
  engine.scan(page, engine.newCarry(), (match) => found.push(match));
  return found;
}

function wholeMatches(rule: Rule, text: string): { start: number; end: number }[] {
  const re = compileRe2(rule.id, rule.pattern as string);
  const bytes = Buffer.from(text);
  const spans: { start: number; end: number }[] = [];
  for (let m = re.exec(bytes); m !== null; m = re.exec(bytes)) {
    spans.push({ start: m.index, end: re.lastIndex });
    // Finds overlapping matches too: the engine continues after the start of what its validator rejects.
    re.lastIndex = m.index + 1;
  }
  return spans;
}

/** Runs the example as a cell under that header, in a table of one column. */
function proveCell(
  rule: Rule,
  { text, column = '' }: Example,
  validators: ReadonlyMap<string, Validator>,
): Proven[] {
  const columns = compileColumnRules([rule], { fits: cellFits(validators) });
  const [type] = classifyColumns({ header: [column], sample: [] }, columns);
  const found = type && evaluateCell(type, text, columns.fits);
  if (!found) return [];
  const value = text.slice(found.start ?? 0, found.end ?? text.length);
  return [{ value, start: 0, end: Buffer.byteLength(text) }];
}
