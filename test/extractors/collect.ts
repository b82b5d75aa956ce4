/**
 * Runs one extractor over bytes and records every part it pushes, for tests. Members are recorded with
 * their bytes and not opened further.
 */
import type {
  Cell,
  Content,
  ExtractOptions,
  Extractor,
  Place,
  RowBatch,
  TableOptions,
} from '../../src/core/content.js';
import { Budget, DEFAULT_LIMITS, type Limits } from '../../src/core/limits.js';
import { FORMATS, FormatRegistry } from '../../src/extractors/index.js';
import { openContext } from '../../src/pipeline/scan/extract-context.js';

export type Collected = {
  texts: { place: Place; text: string }[];
  tables: { options: TableOptions; rows: { cells: Cell[]; row?: number; hidden?: string }[] }[];
  members: { name: string; hidden?: string; bytes: Buffer; error?: unknown }[];
  partial: string[];
  skipped: string[];
  /** What extract() threw, if it did. */
  error?: unknown;
};

export type CollectOptions = {
  name?: string;
  mediaType?: string;
  limits?: Partial<Limits>;
  options?: Partial<ExtractOptions>;
  declaredType?: string;
  localPath?: string;
  /** Receives each chunk of a member as it comes. */
  onChunk?: (chunk: Uint8Array) => void;
};

/** Splits the bytes into odd chunks, so that extractors cannot rely on chunk borders. */
async function* chunked(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  const size = 7919;
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export async function collect(
  extractor: Extractor,
  bytes: Uint8Array,
  with_: CollectOptions = {},
): Promise<Collected> {
  const out: Collected = { texts: [], tables: [], members: [], partial: [], skipped: [] };
  const content: Content = {
    locator: { uri: 'test', hops: [] },
    name: with_.name ?? 'test',
    size: bytes.length,
    declaredType: with_.declaredType,
    localPath: with_.localPath,
    reopenable: true,
    open: (range) => chunked(range ? bytes.subarray(range.start, range.end) : bytes),
  };
  const budget = new Budget({ ...DEFAULT_LIMITS, timeoutMs: 60_000, ...with_.limits }, Date.now);
  const options = {
    ocr: false,
    ocrLanguages: ['eng', 'fra'],
    strings: false,
    passwords: [],
    ...with_.options,
  };
  const context = await openContext(content, { budget, options, depth: 0 });
  context.mediaType = with_.mediaType ?? '';
  try {
    await extractor.extract(content, writer(out, with_.onChunk), context);
  } catch (error) {
    out.error = error;
  } finally {
    await context.close();
  }
  return out;
}

function writer(out: Collected, onChunk?: (chunk: Uint8Array) => void) {
  return {
    text(place: Place = {}) {
      const entry = { place, text: '' };
      const decoder = new TextDecoder();
      out.texts.push(entry);
      return {
        write(text: string | Uint8Array) {
          entry.text += typeof text === 'string' ? text : decoder.decode(text, { stream: true });
        },
        sync() {},
        end() {},
      };
    },
    table(options: TableOptions = {}) {
      const entry: Collected['tables'][number] = { options, rows: [] };
      out.tables.push(entry);
      return {
        row(cells: readonly (string | Cell)[], rowOptions = {}) {
          entry.rows.push({
            cells: cells.map((c) => (typeof c === 'string' ? { text: c } : c)),
            ...rowOptions,
          });
        },
        prime() {},
        rows(batch: RowBatch) {
          for (let r = 0; r + 1 < batch.rowCells.length; r++) {
            const cells: Cell[] = [];
            for (let c = batch.rowCells[r] as number; c < (batch.rowCells[r + 1] as number); c++) {
              cells.push({ text: batch.bytes.toString('utf8', batch.cells[2 * c], batch.cells[2 * c + 1]) });
            }
            entry.rows.push({ cells, row: batch.firstRow + r });
          }
        },
        end() {},
      };
    },
    async member(content: Content) {
      const entry: Collected['members'][number] = {
        name: content.name,
        hidden: content.hidden,
        bytes: Buffer.alloc(0),
      };
      out.members.push(entry);
      const chunks: Uint8Array[] = [];
      try {
        for await (const chunk of content.open()) {
          onChunk?.(chunk);
          chunks.push(Buffer.from(chunk));
        }
      } catch (error) {
        entry.error = error;
      }
      // Also what came before a fault.
      entry.bytes = Buffer.concat(chunks);
    },
    partial(reason: string) {
      out.partial.push(reason);
    },
    skip(reason: string) {
      out.skipped.push(reason);
    },
    async ready() {},
  };
}

/** All text of everything collected, for "is it in there" assertions. */
export function allText(out: Collected): string {
  const cells = out.tables.flatMap((t) =>
    t.rows.map((r) => r.cells.map((c) => `${c.text} ${c.raw ?? ''}`).join('\t')),
  );
  return [...out.texts.map((t) => t.text), ...cells].join('\n');
}

const OPTIONS: ExtractOptions = { ocr: false, ocrLanguages: [], strings: false, passwords: [] };

/** What the registry has a media type read by. */
export function readerOf(mediaType: string): Promise<Extractor> | undefined {
  return new FormatRegistry(FORMATS).formatFor(mediaType, OPTIONS)?.load();
}
