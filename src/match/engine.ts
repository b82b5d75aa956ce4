/**
 * Runs compiled packs over one page of UTF-8 text and yields every match that starts in it. Triggers (prefilter.ts)
 * say where to look: every match of a rule contains one of its triggers and has a bounded length, so all its matches
 * lie in windows around them, and a scan of the merged windows finds exactly what a full scan finds. A search
 * continues after an accepted match, and one character after the start of a rejected one; its position at the end of
 * a page carries over to the next, so that the page size does not affect the result. Over 250 lines because windows,
 * search, verdicts and carry of one page depend on each other.
 */
import type { Match } from '../core/match.js';
import {
  type CompiledPacks,
  type CompiledPattern,
  type CompiledRule,
  type DigitGroup,
  type Literal,
  NAME_BIT,
  RULE_MASK,
  TITLE_BIT,
} from './compile.js';
import { MAX_CONTEXT_BYTES } from './context.js';
import type { NameDetector } from './names/name-detector.js';
import { alignDown, alignUp, characterAfter, characterBefore, textAfter, textBefore } from './utf8.js';
import { rowAt, sortWindows } from './windows.js';

/**
 * Bytes of text before a page in its buffer, as far as they exist: enough for a context, and for a word that leads to
 * a name in the page together with the text that the name detector needs before it.
 */
export const LEAD_BYTES = Math.max(MAX_CONTEXT_BYTES + 4, 640);

/** One page in the scanner's memory. All numbers are byte offsets into that memory unless said otherwise. */
export type Page = {
  /** Bytes present: lead, page and margin. */
  readonly length: number;
  /** Matches start in [from, to). */
  readonly from: number;
  readonly to: number;
  /** Offset of memory byte 0 in the flow's text. */
  readonly base: number;
  /**
   * Row starts of a table, ascending, followed by the end of the last row. A match and its context never leave the
   * row.
   */
  readonly rows?: Uint32Array | readonly number[];
  /** The header of the column at this byte, if the page is a table. */
  columnName?(offset: number): string | undefined;
};

/** The offset in the flow's text at which each pattern's search continues. One per flow. */
export class Carry {
  readonly next: Float64Array;
  constructor(patterns: number) {
    this.next = new Float64Array(patterns);
  }
}

/** Neighbouring clusters are tested together up to this many bytes. */
const SET_WINDOW_BYTES = 512;

/** All contexts. */
const EVERY: readonly number[] = [];

type Text = { memory: Buffer; length: number; isAscii: boolean; isTable: boolean };
type Windows = { starts: number[]; ends: number[] };

export class Engine {
  readonly packs: CompiledPacks;
  readonly #names: NameDetector | undefined;
  readonly #windows: Windows[];
  readonly #nameHits: number[] = [];
  /** The current page. */
  #text: Text = { memory: Buffer.alloc(0), length: 0, isAscii: true, isTable: false };
  /** Bytes needed after a page. */
  readonly marginBytes: number;

  constructor(packs: CompiledPacks, names?: NameDetector) {
    this.packs = packs;
    this.#names = names;
    this.#windows = packs.patterns.map(() => ({ starts: [], ends: [] }));
    const longest = Math.max(packs.maxBytes, names?.maxBytes ?? 0);
    this.marginBytes = longest + MAX_CONTEXT_BYTES + 8;
  }

  newCarry(): Carry {
    return new Carry(this.packs.patterns.length);
  }

  /** Scans the page in packs.scanner.page(); `carry` holds the positions from the previous page. */
  scan(page: Page, carry: Carry, emit: (match: Match) => void): void {
    const memory = this.packs.scanner.page(page.length);
    this.#collect(memory, page);
    for (const pattern of this.packs.patterns) this.#runPattern(pattern, { memory, page, carry, emit });
    if (this.#names && this.#nameHits.length > 0) this.#runNames({ memory, page, carry, emit });
  }

  /** Turns triggers into windows for each rule. */
  #collect(memory: Buffer, page: Page): void {
    const { packs } = this;
    const minDigits = packs.digits?.minDigits ?? 1 << 30;
    const { entries, count } = packs.scanner.scan(page.length, minDigits);
    const clusters: number[] = [];
    const { length } = page;
    const isAscii = packs.scanner.characters(0, length) === length;
    this.#text = { memory, length, isAscii, isTable: page.rows !== undefined };
    this.#nameHits.length = 0;
    for (let i = 0; i < count * 4; i += 4) {
      const payload = entries[i] as number;
      const start = entries[i + 1] as number;
      const end = entries[i + 2] as number;
      if (payload === 0) {
        clusters.push(start, end);
        continue;
      }
      for (const pattern of packs.byWord[payload & RULE_MASK] as CompiledPattern[]) {
        this.#open(pattern, start, end);
      }
      if ((payload & (TITLE_BIT | NAME_BIT)) !== 0) this.#collectName(memory, payload, start, end);
    }
    for (const literal of packs.literals) this.#collectLiteral(memory, page, literal);
    if (packs.digits && clusters.length > 0) this.#collectDigits(clusters);
    for (const pattern of packs.always) this.#add(pattern, page.from, page.length);
  }

  #collectName(memory: Buffer, payload: number, start: number, end: number): void {
    const isTitle = (payload & TITLE_BIT) !== 0;
    if (!isTitle && !isCapital(memory, start)) return;
    if (this.#names?.mayLead?.(memory, start, end, isTitle) === false) return;
    this.#nameHits.push(start, Number(isTitle));
  }

  /** A match that holds the trigger [start, end) lies within its pattern's length around it. */
  #open(pattern: CompiledPattern, start: number, end: number): void {
    const count = pattern.maxCharacters + 1;
    const { length, memory } = this.#text;
    if (this.#text.isAscii) this.#add(pattern, Math.max(0, end - count), Math.min(length, start + count));
    else {
      const to = characterAfter(memory, start, { count, end: length });
      this.#add(pattern, characterBefore(memory, end, count), to);
    }
  }

  #add(pattern: CompiledPattern, start: number, end: number): void {
    const { starts, ends } = this.#windows[pattern.index] as Windows;
    const last = ends.length - 1;
    if (last >= 0 && start <= (ends[last] as number) && start >= (starts[last] as number)) {
      ends[last] = Math.max(ends[last] as number, end);
    } else {
      starts.push(start);
      ends.push(end);
    }
  }

  #collectLiteral(memory: Buffer, page: Page, literal: Literal) {
    const text = memory.subarray(0, page.length);
    let at = text.indexOf(literal.bytes);
    while (at !== -1) {
      for (const pattern of literal.patterns) this.#open(pattern, at, at + literal.bytes.length);
      at = text.indexOf(literal.bytes, at + 1);
    }
  }

  /** Tests the surroundings of each cluster against the set, neighbouring clusters together. */
  #collectDigits(clusters: readonly number[]): void {
    const { memory, length, isAscii } = this.#text;
    const count = (this.packs.digits as DigitGroup).maxCharacters + 1;
    let start = -1;
    let end = -1;
    for (let i = 0; i < clusters.length; i += 2) {
      const first = clusters[i] as number;
      const last = clusters[i + 1] as number;
      const from = isAscii ? Math.max(0, first - count) : characterBefore(memory, first, count);
      const to = isAscii
        ? Math.min(length, last + count)
        : characterAfter(memory, last, { count, end: length });
      if (start >= 0 && from <= end && to - start <= SET_WINDOW_BYTES) {
        end = to;
        continue;
      }
      if (start >= 0) this.#whichDigits(start, end);
      start = from;
      end = to;
    }
    if (start >= 0) this.#whichDigits(start, end);
  }

  #whichDigits(from: number, to: number): void {
    const { patterns, which, contextOf } = this.packs.digits as DigitGroup;
    // The character before the window decides whether a word begins in it.
    const lead = Math.max(0, from - 1);
    let contexts: readonly number[] | undefined;
    for (const index of which.match(this.#text.memory.subarray(lead, to))) {
      const context = contextOf[index] as number;
      // A column's name can be the context of a cell.
      if (context >= 0 && !this.#text.isTable) {
        contexts ??= this.#contextsAround(from, to);
        if (contexts !== EVERY && !contexts.includes(context)) continue;
      }
      this.#add(patterns[index] as CompiledPattern, from, to);
    }
  }

  #contextsAround(from: number, to: number): readonly number[] {
    const { contexts, contextReach } = this.packs.digits as DigitGroup;
    const { memory, length } = this.#text;
    const start = Math.max(0, from - contextReach);
    const end = Math.min(length, to + contextReach);
    const isAscii = this.#text.isAscii || this.packs.scanner.characters(start, end) === end - start;
    return contexts && isAscii ? contexts.match(memory.subarray(start, end)) : EVERY;
  }

  #runPattern(pattern: CompiledPattern, scope: Scope): void {
    const { starts, ends } = this.#windows[pattern.index] as Windows;
    if (starts.length === 0) return;
    sortWindows(starts, ends);
    let start = starts[0] as number;
    let end = ends[0] as number;
    for (let i = 1; i < starts.length; i++) {
      if ((starts[i] as number) <= end) {
        end = Math.max(end, ends[i] as number);
        continue;
      }
      this.#runRows(pattern, scope, start, end);
      start = starts[i] as number;
      end = ends[i] as number;
    }
    this.#runRows(pattern, scope, start, end);
    starts.length = 0;
    ends.length = 0;
  }

  /** Splits a window at row borders, if any. */
  #runRows(pattern: CompiledPattern, scope: Scope, start: number, end: number): void {
    const { rows } = scope.page;
    if (!rows) {
      this.#runWindow(pattern, scope, { start, end, rowStart: 0, rowEnd: scope.page.length });
      return;
    }
    for (let r = rowAt(rows, start); r + 1 < rows.length && (rows[r] as number) < end; r++) {
      const rowStart = rows[r] as number;
      const rowEnd = rows[r + 1] as number;
      const window = { start: Math.max(start, rowStart), end: Math.min(end, rowEnd), rowStart, rowEnd };
      this.#runWindow(pattern, scope, window);
    }
  }

  #runWindow(pattern: CompiledPattern, scope: Scope, window: Window): void {
    const { memory, page, carry } = scope;
    const { re } = pattern;
    const from = Math.max(window.start, page.from, (carry.next[pattern.index] as number) - page.base);
    const end = alignUp(memory, Math.min(window.end, page.length), page.length);
    if (from >= end || from >= page.to) return;
    if (pattern.hasDigit && !this.packs.scanner.hasDigit(from, end)) return;
    const start = alignDown(memory, from, window.rowStart);
    const lead = Math.max(window.rowStart, start - 1);
    const text = memory.subarray(lead, end);
    re.lastIndex = start - lead;
    for (let m = re.exec(text); m !== null; m = re.exec(text)) {
      const matchStart = lead + m.index;
      if (matchStart >= page.to) return;
      const matchEnd = lead + re.lastIndex;
      const hit = { window, matchStart, matchEnd, hit: m, lead };
      // Continue after an accepted match; otherwise one character on, for matches that begin inside a rejected one.
      let next = alignUp(memory, matchStart + 1, page.length);
      for (const rule of pattern.rules) next = Math.max(next, this.#accept(rule, scope, hit));
      carry.next[pattern.index] = page.base + next;
      if (next >= page.to) return;
      re.lastIndex = next - lead;
    }
  }

  /** Applies one rule to one hit and emits it if accepted. Returns the end of its value, or -1. */
  #accept(compiled: CompiledRule, scope: Scope, hit: Hit): number {
    const { memory, page } = scope;
    const { rule, validator } = compiled;
    const [start, fullEnd] = valueSpan(rule.group, hit);
    if (start < 0) return -1;
    let value = memory.toString('utf8', start, fullEnd);
    if (compiled.refine && !compiled.refine.test(value)) return -1;
    let end = fullEnd;
    let normal = value;
    let checked = false;
    let example = false;
    if (validator) {
      const before = start > hit.window.rowStart ? textBefore(memory, start, hit.window.rowStart) : '';
      const verdict = validator(value, { before, after: textAfter(memory, end, hit.window.rowEnd) });
      if (verdict === false) return -1;
      if (verdict.length !== undefined && verdict.length < value.length) {
        value = value.slice(0, verdict.length);
        end = start + Buffer.byteLength(value);
      }
      normal = verdict.normal;
      checked = verdict.checked === true;
      example = verdict.example === true;
    }
    const confidence = this.#confidence(compiled, scope, { start, end, window: hit.window });
    if (confidence <= 0) return -1;
    scope.emit({
      rule,
      start: page.base + start,
      end: page.base + end,
      value,
      normal,
      confidence,
      checked,
      example,
      by: 'pattern',
    });
    return end;
  }

  /** Confidence of the pattern with context; 0 if the rule requires a context that is absent. */
  #confidence(
    compiled: CompiledRule,
    scope: Scope,
    at: { start: number; end: number; window: Window },
  ): number {
    const { rule, context } = compiled;
    if (!context || !rule.context) return rule.requires === 'context' ? 0 : rule.confidence;
    const { memory, page } = scope;
    const from = alignUp(memory, Math.max(at.window.rowStart, at.start - context.before), at.start);
    const to = alignDown(memory, Math.min(at.window.rowEnd, at.end + context.after), at.end);
    const column = page.columnName?.(at.start);
    const before = memory.toString('utf8', from, at.start);
    const verdict = context.test(
      column === undefined ? before : `${column} : ${before}`,
      memory.toString('utf8', at.end, to),
    );
    if (rule.requires === 'context' && !verdict.positive) return 0;
    const added =
      (verdict.positive ? rule.context.adds : 0) - (verdict.negative ? rule.context.subtracts : 0);
    return Math.min(1, Math.round((rule.confidence + added) * 100) / 100);
  }

  #runNames(scope: Scope): void {
    const { memory, page } = scope;
    const names = this.#names as NameDetector;
    const hits = this.#nameHits;
    for (let i = 0; i < hits.length; i += 2) {
      const at = hits[i] as number;
      const row = rowBounds(page, at);
      const from = alignUp(memory, Math.max(row.start, at - names.before), at);
      const to = alignDown(memory, Math.min(row.end, at + names.maxBytes), at);
      // ASCII has one byte a character, and decoding it as Latin-1 costs half.
      const { isAscii } = this.#text;
      const text = memory.toString(isAscii ? 'latin1' : 'utf8', from, to);
      const offset = isAscii ? at - from : memory.toString('utf8', from, at).length;
      const byteAt = (unit: number) => from + Buffer.byteLength(text.slice(0, unit));
      for (const found of names.detect(text, offset, hits[i + 1] === 1)) {
        const start = byteAt(found.start);
        const end = byteAt(found.end);
        if (start < page.from || start >= page.to) continue;
        const { normal, confidence, rule } = found;
        const value = text.slice(found.start, found.end);
        const match = {
          rule,
          value,
          normal,
          confidence,
          checked: false,
          example: false,
          by: 'name' as const,
        };
        const mention = found.of === undefined ? undefined : page.base + byteAt(found.of);
        scope.emit({ ...match, start: page.base + start, end: page.base + end, mention });
      }
    }
  }
}

type Scope = { memory: Buffer; page: Page; carry: Carry; emit: (match: Match) => void };
type Window = { start: number; end: number; rowStart: number; rowEnd: number };
type ExecResult = { index: number; indices?: RegExpIndicesArray };
type Hit = { window: Window; matchStart: number; matchEnd: number; hit: ExecResult; lead: number };

function valueSpan(group: number, at: Hit): readonly [number, number] {
  if (group === 0) return [at.matchStart, at.matchEnd];
  const span = at.hit.indices?.[group];
  return span ? [at.lead + span[0], at.lead + span[1]] : [-1, -1];
}

/** An ASCII capital, or one of À to Þ. */
function isCapital(memory: Buffer, at: number): boolean {
  const b = memory[at] as number;
  if (b < 0x80) return b >= 65 && b <= 90;
  return b !== 0xc3 || (memory[at + 1] as number) < 0x9f;
}

function rowBounds(page: Page, offset: number): { start: number; end: number } {
  if (!page.rows) return { start: 0, end: page.length };
  const row = rowAt(page.rows, offset);
  return { start: page.rows[row] as number, end: page.rows[row + 1] ?? page.length };
}
