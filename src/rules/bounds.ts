/**
 * Computes how long a match of an RE2 pattern can get. Input: a pattern's source; output: the least and greatest
 * length of a match in UTF-8 bytes, and the greatest in characters. Rejects, with advice, what has no bound (`*`,
 * `+`, `{n,}`), what depends on where a page begins or ends, and what RE2 does not support. Written here because
 * parsers of JavaScript's grammar do not accept RE2's. Over 250 lines: one grammar.
 */
export type Bounds = {
  readonly min: number;
  readonly max: number;
  readonly characters: number;
  /** True where every match holds an ASCII digit. */
  readonly hasDigit: boolean;
};

/** A fault in a pattern. The loader turns it into a LeaksiftError that names file and rule. */
export class PatternError extends Error {}

type Flags = { readonly i: boolean; readonly m: boolean; readonly s: boolean };

const EMPTY: Bounds = { min: 0, max: 0, characters: 0, hasDigit: false };
const ANY: Bounds = { min: 1, max: 4, characters: 1, hasDigit: false };
const ASCII: Bounds = { min: 1, max: 1, characters: 1, hasDigit: false };
/** Classes of ASCII digits only. */
const DIGITS = /^\[(?:\\d|[0-9](?:-[0-9])?)+\]$/;
/** RE2 has the same limit; checked here to give a better message. */
const MAX_REPEAT = 1000;
const INSTEAD = 'write a bounded repetition such as {0,40}';

export function boundsOf(source: string): Bounds {
  const reader = new Reader(source);
  const bounds = reader.alternatives({ i: false, m: false, s: false });
  if (!reader.atEnd) throw new PatternError('unmatched )');
  return bounds;
}

/** A recursive-descent parser: alternatives, sequences, quantified atoms. */
class Reader {
  #at = 0;
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  get atEnd(): boolean {
    return this.#at >= this.#source.length;
  }

  #peek(ahead = 0): string {
    return this.#source[this.#at + ahead] ?? '';
  }

  #take(): string {
    if (this.atEnd) throw new PatternError('ends too early');
    const char = String.fromCodePoint(this.#source.codePointAt(this.#at) as number);
    this.#at += char.length;
    return char;
  }

  #takeIf(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  alternatives(flags: Flags): Bounds {
    let [all, current] = this.#sequence(flags);
    while (this.#takeIf('|')) {
      let next: Bounds;
      [next, current] = this.#sequence(current);
      all = {
        min: Math.min(all.min, next.min),
        max: Math.max(all.max, next.max),
        characters: Math.max(all.characters, next.characters),
        hasDigit: all.hasDigit && next.hasDigit,
      };
    }
    return all;
  }

  /** Flags set by `(?i)` apply to the end of the group, across its `|` too, so they are returned. */
  #sequence(flags: Flags): [Bounds, Flags] {
    let total = EMPTY;
    let current = flags;
    while (!this.atEnd && this.#peek() !== '|' && this.#peek() !== ')') {
      const set = this.#flagGroup(current);
      if (set) {
        current = set;
        continue;
      }
      const atom = this.#repeated(this.#atom(current));
      total = {
        min: total.min + atom.min,
        max: total.max + atom.max,
        characters: total.characters + atom.characters,
        hasDigit: total.hasDigit || atom.hasDigit,
      };
    }
    return [total, current];
  }

  #flagGroup(flags: Flags): Flags | undefined {
    if (this.#peek() !== '(') return undefined;
    const match = /^\(\?([ims]{0,3})(?:-([ims]{1,3}))?\)/.exec(this.#source.slice(this.#at, this.#at + 12));
    if (!match) return undefined;
    this.#at += match[0].length;
    return withFlags(flags, match[1] ?? '', match[2] ?? '');
  }

  #repeated(atom: Bounds): Bounds {
    const [least, most] = this.#quantifier();
    if (most < 0) return atom;
    return {
      min: atom.min * least,
      max: atom.max * most,
      characters: atom.characters * most,
      hasDigit: atom.hasDigit && least > 0,
    };
  }

  /** Least and most repetitions; most is -1 without a quantifier. */
  #quantifier(): [number, number] {
    const next = this.#peek();
    if (next === '*' || next === '+') throw new PatternError(`unbounded repetition ${next}; ${INSTEAD}`);
    if (next === '?') {
      this.#at += 1;
      this.#takeIf('?');
      return [0, 1];
    }
    if (next !== '{') return [1, -1];
    const match = /^\{(\d{1,5})(,?)(\d{0,5})\}/.exec(this.#source.slice(this.#at, this.#at + 14));
    if (!match) return [1, -1];
    if (match[2] && !match[3]) throw new PatternError(`unbounded repetition ${match[0]}; ${INSTEAD}`);
    const least = Number(match[1]);
    const most = match[2] ? Number(match[3]) : least;
    if (most > MAX_REPEAT || most < least)
      throw new PatternError(`repetition ${match[0]} is not within 0 to 1000`);
    this.#at += match[0].length;
    this.#takeIf('?');
    return [least, most];
  }

  #atom(flags: Flags): Bounds {
    const char = this.#take();
    if (char === '(') return this.#group(flags);
    if (char === '[') return this.#class(flags);
    if (char === '.') return ANY;
    if (char === '\\') return this.#escape(flags);
    if (char === '^' || char === '$') return anchor(char, flags);
    if ('*+?'.includes(char)) throw new PatternError(`nothing to repeat before ${char}`);
    return literal(char.codePointAt(0) as number, flags);
  }

  #group(flags: Flags): Bounds {
    let inner = flags;
    if (this.#takeIf('?')) inner = this.#groupKind(flags);
    const bounds = this.alternatives(inner);
    if (!this.#takeIf(')')) throw new PatternError('unmatched (');
    return bounds;
  }

  #groupKind(flags: Flags): Flags {
    const head = this.#source.slice(this.#at, this.#at + 40);
    const match = /^(?:P?<[A-Za-z_]\w*>|([ims]{0,3})(?:-([ims]{1,3}))?:)/.exec(head);
    if (match) {
      this.#at += match[0].length;
      return withFlags(flags, match[1] ?? '', match[2] ?? '');
    }
    if (/^(?:<?[=!])/.test(head)) {
      throw new PatternError('RE2 has no lookaround; use a validator that checks the neighbours instead');
    }
    throw new PatternError('unknown kind of group (?');
  }

  #escape(flags: Flags): Bounds {
    const char = this.#take();
    if (char === 'b' || char === 'B') return EMPTY;
    if (char === 'A' || char === 'z' || char === 'Z') {
      throw new PatternError(`\\${char} depends on where a page begins; write (?m)^ or (?m)$, or \\b`);
    }
    if ('dws'.includes(char)) return { ...ASCII, hasDigit: char === 'd' };
    if ('DWS'.includes(char)) return ANY;
    if (char === 'p' || char === 'P') return this.#property();
    return literal(this.#escapedPoint(char), flags);
  }

  #property(): Bounds {
    if (this.#takeIf('{')) while (this.#take() !== '}');
    else this.#take();
    return ANY;
  }

  /** The code point of an escape such as `\x{A0}`, `\x41`, `\n` or `\.`, whose letter is already consumed. */
  #escapedPoint(char: string): number {
    if (char === 'x') return this.#hexPoint();
    const control = { n: 10, r: 13, t: 9, f: 12, v: 11, a: 7 }[char];
    if (control !== undefined) return control;
    if (/[A-Za-z0-9]/.test(char)) throw new PatternError(`unknown or unsupported escape \\${char}`);
    return char.codePointAt(0) as number;
  }

  #hexPoint(): number {
    const head = this.#source.slice(this.#at, this.#at + 10);
    const match = /^(?:\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{2}))/.exec(head);
    if (!match) throw new PatternError('\\x needs two hexadecimal digits or {...}');
    this.#at += match[0].length;
    return Number.parseInt(match[1] ?? match[2] ?? '', 16);
  }

  #class(flags: Flags): Bounds {
    const start = this.#at - 1;
    const isNegated = this.#takeIf('^');
    let max = 0;
    let isFirst = true;
    while (isFirst || this.#peek() !== ']') {
      isFirst = false;
      max = Math.max(max, this.#classPart(flags));
    }
    this.#at += 1;
    const hasDigit = DIGITS.test(this.#source.slice(start, this.#at));
    return isNegated ? ANY : { min: 1, max, characters: 1, hasDigit };
  }

  /** The greatest byte length of one member or range of a class. */
  #classPart(flags: Flags): number {
    if (this.#takeIf('[:')) {
      while (!this.#takeIf(':]')) this.#take();
      return 1;
    }
    const char = this.#take();
    if (char === '\\') {
      const kind = this.#take();
      if ('dws'.includes(kind)) return 1;
      if ('DWS'.includes(kind)) return 4;
      if (kind === 'p' || kind === 'P') return this.#property().max;
      return this.#rangeFrom(this.#escapedPoint(kind), flags);
    }
    return this.#rangeFrom(char.codePointAt(0) as number, flags);
  }

  #rangeFrom(low: number, flags: Flags): number {
    if (this.#peek() !== '-' || this.#peek(1) === ']' || this.#peek(1) === '') return literal(low, flags).max;
    this.#at += 1;
    const char = this.#take();
    const high = char === '\\' ? this.#escapedPoint(this.#take()) : (char.codePointAt(0) as number);
    if (high < low) throw new PatternError('a range in [...] is reversed');
    const folded = flags.i && low < 0x7b && high > 0x40 ? 3 : 1;
    return Math.max(folded, literal(high, flags).max);
  }
}

function anchor(char: string, flags: Flags): Bounds {
  if (flags.m) return EMPTY;
  throw new PatternError(`${char} without (?m) depends on where a page begins; write (?m)${char}, or \\b`);
}

function withFlags(flags: Flags, on: string, off: string): Flags {
  const is = (flag: 'i' | 'm' | 's') => (flags[flag] || on.includes(flag)) && !off.includes(flag);
  return { i: is('i'), m: is('m'), s: is('s') };
}

/** Under (?i) k and s also match U+212A and U+017F, and accented letters may fold to longer ones. */
function literal(point: number, flags: Flags): Bounds {
  const bytes = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  const hasDigit = point >= 0x30 && point <= 0x39;
  if (!flags.i) return { min: bytes, max: bytes, characters: 1, hasDigit };
  if (point < 0x80) {
    const letter = String.fromCharCode(point).toLowerCase();
    return { min: 1, max: letter === 'k' ? 3 : letter === 's' ? 2 : 1, characters: 1, hasDigit };
  }
  return { min: 1, max: Math.max(3, bytes), characters: 1, hasDigit };
}
