/**
 * Scans one content: detect → extract → match → findings, and always ends with its coverage line. Members return here
 * through PartWriter.member(). Over 250 lines because the whole scan of a content, with every way it can end, belongs
 * in one place.
 */
import type {
  Content,
  ExtractOptions,
  OffsetSpace,
  PartWriter,
  Place,
  TableFlow,
  TableOptions,
  TextFlow,
} from '../../core/content.js';
import { codeOf, LeaksiftError, safeMessage } from '../../core/errors.js';
import type { Coverage, CoverageStatus } from '../../core/events.js';
import type { Format } from '../../core/format.js';
import { type Budget, ENDS_ITEM } from '../../core/limits.js';
import { innerPath, type Locator, printLocator } from '../../core/locator.js';
import type { ItemRange } from '../../core/range.js';
import type { Log } from '../../core/source.js';
import type { ColumnRules } from '../../match/columns/columns.js';
import type { Engine } from '../../match/engine.js';
import type { ShownNames } from '../names/shown-names.js';
import { isHole } from '../readers/holes.js';
import type { Readers } from '../readers/readers.js';
import type { EventWriter } from './event-writer.js';
import { type OpenContext, openContext } from './extract-context.js';
import { newNamesFrom, tellName } from './name-findings.js';
import type { Collector, ContentScope, ScanOptions } from './scan-scope.js';
import { TableScan } from './scan-table.js';
import { TextScan } from './scan-text.js';

/** What is shared by all contents of a run. */
export type Scanning = {
  readonly engine: Engine;
  readonly columns: ColumnRules | undefined;
  readonly options: ScanOptions;
  readonly extractOptions: ExtractOptions;
  readonly readers: Readers;
  readonly names: ShownNames;
  readonly newCollector: (writer: EventWriter, range: ItemRange | undefined) => Collector;
  readonly log: Log;
};

/** What is shared by the contents of one item. */
export type ItemScope = {
  readonly scanning: Scanning;
  readonly budget: Budget;
  readonly writer: EventWriter;
  /** The part of the item to read, where a huge text is cut. */
  readonly range?: ItemRange;
  /** Resolves when the output has room. */
  readonly ready: () => Promise<void>;
  /** Called with the number of bytes of the item itself as they are read: progress. */
  readonly read?: (bytes: number) => void;
  /** Called before each content is opened, so that a crash can be attributed to it. */
  readonly begin?: (content: Content) => void;
  /** Returns a reason for contents that killed a worker before: they are not opened, but recorded with it. */
  readonly condemned?: (content: Content) => string | undefined;
};

/** Codes of contents that were not opened by rule, not by fault. */
const SKIPS = new Set(['encrypted', 'limit-depth', 'limit-file-size', 'limit-memory', 'not-regular-file']);

/** Scans one content. Rejects only with what ends the whole item, after writing its coverage. */
export async function scanContent(content: Content, scope: ItemScope, depth: number): Promise<void> {
  await new ContentScan(content, scope, depth).run();
}

class ContentScan {
  #context: OpenContext | undefined;
  #parts: Parts | undefined;
  #read = 0;
  readonly #shown: Locator;

  constructor(
    private readonly content: Content,
    private readonly scope: ItemScope,
    private readonly depth: number,
  ) {
    this.#shown = scope.scanning.names.locator(content.locator);
  }

  async run(): Promise<void> {
    const { content, scope } = this;
    const condemned = scope.condemned?.(content);
    if (condemned !== undefined) {
      this.#cover('error', condemned);
      return;
    }
    scope.begin?.(content);
    try {
      await this.#scan();
    } catch (error) {
      this.#fail(error);
      if (ENDS_ITEM.has(codeOf(error))) throw error;
    } finally {
      this.#parts?.close();
      await this.#context?.close();
    }
  }

  async #scan(): Promise<void> {
    const { scanning, budget } = this.scope;
    const { formats } = scanning.readers;
    const { content } = this;
    budget.check();
    this.#context = await openContext(this.#counted(), {
      budget,
      options: scanning.extractOptions,
      depth: this.depth,
      range: content.locator.hops.length === 0 ? this.scope.range : undefined,
    });
    const context = this.#context;
    const { name, declaredType, size } = this.content;
    context.mediaType = await formats.detect(context.head, { name, declaredType, size });
    const format = formats.formatFor(context.mediaType, scanning.extractOptions);
    if (context.head.length === 0) {
      this.#cover('complete');
      return;
    }
    if (!format) {
      this.#coverUnknown(context.mediaType);
      return;
    }
    if (format.container && this.depth >= budget.limits.maxArchiveDepth) {
      throw new LeaksiftError('limit-depth', `nested deeper than ${budget.limits.maxArchiveDepth} archives`);
    }
    await this.#extract(format, context);
  }

  #coverUnknown(mediaType: string): void {
    const { formats } = this.scope.scanning.readers;
    const promised = mediaType === 'application/octet-stream' && formats.promisedBy(this.content.name);
    if (promised) this.#cover('error', 'not-recognised', `named ${promised}, but its content is not`);
    else this.#cover('skipped', 'unsupported-type');
  }

  async #extract(format: Format, context: OpenContext): Promise<void> {
    const parts = new Parts(this.content, this.scope, {
      shown: this.#shown,
      memberDepth: this.depth + (format.container ? 1 : 0),
    });
    this.#parts = parts;
    try {
      const extractor = await format.load();
      await extractor.extract(this.content, parts, context);
    } finally {
      if (context.fault !== undefined) parts.partial(context.fault);
    }
    parts.close();
    if (parts.skipped !== undefined) this.#cover('skipped', parts.skipped);
    else if (parts.reasons.size > 0) this.#cover('partial', [...parts.reasons].join(','), parts.detail);
    else this.#cover('complete');
  }

  /** The content with its bytes counted, for coverage. */
  #counted(): Content {
    const { content } = this;
    const report = this.depth === 0 && content.locator.hops.length === 0 ? this.scope.read : undefined;
    const { budget } = this.scope;
    const count = (bytes: number) => {
      this.#read += bytes;
      report?.(bytes);
    };
    const isItem = content.locator.hops.length === 0;
    return {
      ...content,
      open: (range) => {
        const bytes = content.open(range);
        return countBytes(isItem ? charged(bytes, budget, content.isPaced === true) : bytes, count);
      },
    };
  }

  #fail(error: unknown): void {
    const known = error instanceof LeaksiftError;
    const code = codeOf(error);
    // An error of a format library on broken input is the input's fault, not a bug of ours.
    const reason = code === 'internal' ? 'corrupt' : code;
    const { log, names } = this.scope.scanning;
    const fields = { at: printLocator(this.#shown), reason };
    const message = known ? names.about(error.message, this.content.locator) : safeMessage(error);
    if (reason !== 'interrupted') log.debug(fields, message);
    const hint =
      known && error.hint !== undefined ? names.about(error.hint, this.content.locator) : undefined;
    if (this.#parts?.pushed)
      this.#cover('partial', [...new Set([...this.#parts.reasons, reason])].join(','), hint);
    else if (SKIPS.has(reason)) this.#cover('skipped', reason, hint);
    else if (reason === 'truncated') this.#cover('partial', reason, hint);
    else this.#cover('error', reason, hint);
  }

  #cover(ended: CoverageStatus, why?: string, detail?: string): void {
    const { size, caveat } = this.content;
    const [status, reason] = withCaveat(caveat?.(), ended, why);
    const { uri, version } = this.#shown;
    const path = innerPath(this.#shown);
    const type = this.#context?.mediaType;
    const mediaType = type && this.scope.scanning.names.label(type);
    const coverage: Coverage = {
      type: 'coverage',
      uri,
      // Also for an unread member: a baseline accepts that for these bytes.
      ...(version !== undefined && (path === undefined || status !== 'complete') && { version }),
      ...(path !== undefined && { path }),
      ...(mediaType !== undefined && { mediaType }),
      bytes: path === undefined ? (size ?? this.#read) : Math.max(this.#read, 0),
      status,
      ...(reason !== undefined && { reason }),
      ...(detail !== undefined && { detail }),
    };
    const { range } = this.scope;
    if (range && path === undefined) this.scope.writer.rangeCoverage(coverage, range);
    else this.scope.writer.coverage(coverage);
  }
}

/** What was read stays, but the status is not complete if the content may not be the listed one. */
function withCaveat(
  caveat: string | undefined,
  status: CoverageStatus,
  reason: string | undefined,
): [CoverageStatus, string | undefined] {
  if (caveat === undefined || status === 'skipped' || reason?.split(',').includes(caveat))
    return [status, reason];
  return [status === 'complete' ? 'partial' : status, reason === undefined ? caveat : `${reason},${caveat}`];
}

/** An item's bytes, with the time that they earn and, if a sender sets the pace, the time waited for them. */
async function* charged(stream: AsyncIterable<Uint8Array>, budget: Budget, isPaced: boolean) {
  let asked = budget.time();
  for await (const chunk of stream) {
    if (isPaced) budget.wait(budget.time() - asked);
    if (!isHole(chunk)) budget.arrive(chunk.length);
    yield chunk;
    asked = budget.time();
  }
}

async function* countBytes(stream: AsyncIterable<Uint8Array>, count: (bytes: number) => void) {
  for await (const chunk of stream) {
    count(chunk.length);
    yield chunk;
  }
}

/** The PartWriter of one content. */
class Parts implements PartWriter {
  readonly reasons = new Set<string>();
  detail: string | undefined;
  skipped: string | undefined;
  /** True once anything was pushed. */
  pushed = false;
  readonly #scope: ContentScope;
  readonly #open = new Set<{ end(): void; flush?(): void }>();
  readonly #sheets = new Set<string>();
  /** The member whose names were reported last. */
  #lastMember = '';

  constructor(
    content: Content,
    private readonly item: ItemScope,
    private readonly place: { readonly shown: Locator; readonly memberDepth: number },
  ) {
    const { engine, columns, options, names, newCollector } = item.scanning;
    this.#scope = {
      engine,
      columns,
      options,
      locator: content.locator,
      hidden: content.hidden,
      collector: newCollector(item.writer, item.range),
      shown: place.shown,
      names,
    };
  }

  text(place: Place = {}, offsets: OffsetSpace = { kind: 'text' }): TextFlow {
    this.#tellSheet(place.sheet);
    return this.#opened(new TextScan(this.#scope, place, offsets));
  }

  table(options: TableOptions = {}): TableFlow {
    this.#tellSheet(options.sheet);
    return this.#opened(new TableScan(this.#scope, options));
  }

  /** Ends flows that the extractor left open because it failed. */
  close(): void {
    for (const flow of [...this.#open]) flow.end();
    this.#scope.collector.endContent();
  }

  #opened<T extends { end(): void }>(flow: T): T {
    this.pushed = true;
    // Held rows precede what begins now.
    for (const other of this.#open) other.flush?.();
    this.#open.add(flow);
    const end = flow.end.bind(flow);
    flow.end = () => {
      if (this.#open.delete(flow)) end();
    };
    return flow;
  }

  async member(content: Content): Promise<void> {
    this.pushed = true;
    this.item.budget.member();
    this.#tellMember(content);
    await scanContent(content, this.item, this.place.memberDepth);
  }

  #tellMember({ locator, hidden }: Content): void {
    const { names, newCollector } = this.item.scanning;
    const name = locator.hops.at(-1) ?? '';
    const text = name.slice(newNamesFrom(name, this.#lastMember));
    this.#lastMember = name;
    const shown = names.locator(locator);
    tellName(text, {
      locator,
      shown,
      names,
      hidden,
      newCollector: () => newCollector(this.item.writer, undefined),
    });
  }

  /** Reports a sheet's name once per content, before its cells. */
  #tellSheet(sheet: string | undefined): void {
    if (sheet === undefined || this.#sheets.has(sheet)) return;
    this.#sheets.add(sheet);
    const { range, writer, scanning } = this.item;
    // Each range of a cut item has the same.
    if (range && range.index > 0) return;
    tellName(
      sheet,
      { ...this.#scope, newCollector: () => scanning.newCollector(writer, undefined) },
      { sheet },
    );
  }

  partial(reason: string, detail?: string, name?: string): void {
    this.reasons.add(reason);
    this.detail ??= detail ?? (name === undefined ? undefined : this.#scope.names.part(name));
  }

  skip(reason: string): void {
    this.skipped = reason;
  }

  ready(): Promise<void> {
    return this.item.ready();
  }
}
