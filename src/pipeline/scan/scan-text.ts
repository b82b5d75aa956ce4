/**
 * Scans one text flow: bytes in, pages through the engine, accepted matches out, each with line, column and byte
 * range. Holds one page with its lead and margin, regardless of the flow's length.
 */
import type { OffsetSpace, Origin, Place, TextFlow, Width } from '../../core/content.js';
import type { Location } from '../../core/events.js';
import { LineCursor } from '../../core/lines.js';
import type { Match } from '../../core/match.js';
import type { ByteRange } from '../../core/range.js';
import { originsFrom, sourceOffset } from '../../core/width.js';
import type { FindingPlace } from '../../findings/finding.js';
import { type Located, Resolver } from '../../findings/resolve.js';
import { MAX_CONTEXT_BYTES } from '../../match/context.js';
import { type Carry, LEAD_BYTES } from '../../match/engine.js';
import { alignDown, alignUp } from '../../match/utf8.js';
import { NearMatches } from './near-matches.js';
import { type ContentScope, shownPlace } from './scan-scope.js';

const FIRST_CAPACITY = 4096;
/** Strings are encoded in slices of this many UTF-16 units, so that a huge one is not held twice. */
const SLICE_UNITS = 32 * 1024;

export class TextScan implements TextFlow {
  #bytes = Buffer.allocUnsafe(FIRST_CAPACITY);
  #length = 0;
  /** Flow offset of #bytes[0]. */
  #base = 0;
  /** Start of the next page in #bytes. */
  #from = 0;
  #origins: Origin[];
  readonly #isSource: boolean;
  readonly #carry: Carry;
  readonly #lines: LineCursor;
  readonly #resolver: Resolver<FindingPlace>;
  readonly #near: NearMatches;
  readonly #shown: Pick<Location, 'page' | 'sheet' | 'part'>;
  /** Bytes of context on either side: at most what every page has around it. */
  readonly #contextBytes: number;
  /** Bytes of the content in which matches must start to be reported. */
  readonly #window: ByteRange | undefined;

  constructor(
    private readonly scope: ContentScope,
    private readonly place: Place,
    offsets: OffsetSpace,
  ) {
    this.#shown = shownPlace(place, scope.names);
    this.#isSource = offsets.kind === 'source';
    this.#origins = offsets.kind === 'source' ? [{ at: 0, source: offsets.start, width: offsets.width }] : [];
    this.#lines = new LineCursor((offsets.kind === 'source' ? offsets.line : undefined) ?? 1);
    this.#carry = scope.engine.newCarry();
    this.#window = offsets.kind === 'source' ? offsets.window : undefined;
    this.#resolver = new Resolver(({ match, at }) => {
      if (this.#isInWindow(at)) scope.collector.match(match, () => at);
    });
    this.#contextBytes = Math.min(scope.options.matchContext, MAX_CONTEXT_BYTES);
    this.#near = new NearMatches(this.#resolver, this.#contextBytes, scope.engine.marginBytes);
  }

  #isInWindow({ location }: FindingPlace): boolean {
    const start = location.startByte ?? 0;
    return !this.#window || (start >= this.#window.start && start < this.#window.end);
  }

  write(text: string | Uint8Array): void {
    if (typeof text !== 'string') {
      this.#append(text);
      return;
    }
    for (let at = 0; at < text.length; ) {
      let end = Math.min(text.length, at + SLICE_UNITS);
      const last = text.charCodeAt(end - 1);
      if (end < text.length && last >= 0xd800 && last <= 0xdbff) end -= 1;
      this.#append(Buffer.from(text.slice(at, end)));
      at = end;
    }
  }

  sync(source: number, width?: Width): void {
    if (!this.#isSource) return;
    const at = this.#base + this.#length;
    const last = this.#origins.at(-1) as Origin;
    const next = { at, source, width: width ?? last.width };
    if (last.at === at) this.#origins.pop();
    // Contiguous UTF-8 needs no second origin.
    else if (next.width === 'utf8' && last.width === 'utf8' && source - last.source === at - last.at) return;
    this.#origins.push(next);
  }

  end(): void {
    while (this.#from < this.#length) this.#scanPage();
    this.#near.end();
    this.#resolver.end();
    this.scope.collector.endText();
    this.#bytes = Buffer.alloc(0);
    this.#length = 0;
    this.#from = 0;
  }

  #append(text: Uint8Array): void {
    const { pageBytes } = this.scope.options;
    const { marginBytes } = this.scope.engine;
    for (let at = 0; at < text.length; ) {
      const wanted = this.#from + pageBytes + marginBytes - this.#length;
      const part = text.subarray(at, at + Math.max(1, wanted));
      this.#reserve(part.length);
      this.#bytes.set(part, this.#length);
      this.#length += part.length;
      at += part.length;
      while (this.#length - this.#from >= pageBytes + marginBytes) this.#scanPage();
    }
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#length + bytes, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }

  /** Scans the next page and drops everything before its lead. */
  #scanPage(): void {
    const { engine, options } = this.scope;
    const { scanner } = engine.packs;
    const from = this.#from;
    const to = this.#pageEnd(from + options.pageBytes);
    const length = Math.min(this.#length, to + engine.marginBytes);
    const memory = scanner.page(length);
    this.#bytes.copy(memory, 0, 0, length);
    const matches: Match[] = [];
    engine.scan({ length, from, to, base: this.#base }, this.#carry, (match) => matches.push(match));
    matches.sort((a, b) => a.start - b.start || a.end - b.end);
    this.#near.push(this.#locate(matches, memory, { from, to }), this.#base + to);
    this.#drop(to);
  }

  /** A page ends between characters. */
  #pageEnd(wanted: number): number {
    if (wanted >= this.#length) return this.#length;
    const end = alignDown(this.#bytes, wanted, this.#from);
    return end > this.#from ? end : alignUp(this.#bytes, wanted, this.#length);
  }

  #locate(
    matches: readonly Match[],
    memory: Buffer,
    page: { from: number; to: number },
  ): Located<FindingPlace>[] {
    const { scanner } = this.scope.engine.packs;
    let cursor = page.from;
    const located = matches.map((match) => {
      const at = match.start - this.#base;
      // A value can start after the page in which its match started: the next page continues from the border.
      const reached = Math.min(at, page.to);
      const position = this.#lines.advance(memory, scanner, { from: cursor, to: reached });
      cursor = reached;
      if (at > reached) {
        const ahead = this.#lines.ahead(memory, scanner, { from: reached, to: at });
        return { match, at: this.#placeOf(match, ahead) };
      }
      return { match, at: this.#placeOf(match, position) };
    });
    this.#lines.advance(memory, scanner, { from: cursor, to: page.to });
    return located;
  }

  #placeOf(match: Match, position: { line: number; column: number }): FindingPlace {
    const { page, sheet, part } = this.#shown;
    const slice = (a: number, b: number) => this.#bytes.subarray(a - this.#base, b - this.#base);
    const bytes = this.#isSource
      ? {
          startByte: sourceOffset(this.#origins, match.start, slice),
          endByte: sourceOffset(this.#origins, match.end, slice),
          offsets: 'source' as const,
        }
      : { startByte: match.start, endByte: match.end, offsets: 'text' as const };
    const location: Location = {
      ...bytes,
      startLine: position.line,
      startColumn: position.column,
      ...(page !== undefined && { page }),
      ...(sheet !== undefined && { sheet }),
      ...(part !== undefined && { part }),
    };
    const hidden = this.place.hidden ?? this.scope.hidden;
    return {
      locator: this.scope.locator,
      shown: this.scope.shown,
      location,
      place: this.place,
      hidden,
      context: this.#contextOf(match),
    };
  }

  #contextOf(match: Match): FindingPlace['context'] {
    const wanted = this.#contextBytes;
    if (wanted === 0) return undefined;
    const start = match.start - this.#base;
    const end = match.end - this.#base;
    const bytes = this.#bytes.subarray(0, this.#length);
    const from = alignUp(bytes, Math.max(0, start - wanted), start);
    const to = alignDown(bytes, Math.min(this.#length, end + wanted), end);
    return {
      before: Buffer.from(bytes.subarray(from, start)),
      after: Buffer.from(bytes.subarray(end, to)),
      cutBefore: this.#base + from > 0,
      // The next bytes may not have been written yet, which must not affect the result.
      cutAfter: end + wanted <= this.#length,
      start: match.start,
      end: match.end,
    };
  }

  #drop(to: number): void {
    const keepFrom = alignUp(this.#bytes, Math.max(0, to - LEAD_BYTES), to);
    if (this.#isSource) {
      // Rebased while the bytes that the origins count over still exist.
      const base = this.#base;
      const slice = (a: number, b: number) => this.#bytes.subarray(a - base, b - base);
      const cut = base + keepFrom;
      this.#origins = originsFrom(this.#origins, cut, slice).map((o) => ({ ...o, at: o.at + cut }));
    }
    this.#bytes.copy(this.#bytes, 0, keepFrom, this.#length);
    this.#length -= keepFrom;
    this.#base += keepFrom;
    this.#from = to - keepFrom;
  }
}
