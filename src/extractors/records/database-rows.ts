/**
 * Turns database rows into table rows: one text per value, dates as ISO, and binary values by their content: text,
 * files (queued, to be pushed as members), or printable runs.
 */
import { isUtf8 } from 'node:buffer';
import type { ExtractContext, PartWriter, TableFlow, TableOptions } from '../../core/content.js';
import { pushEmbedded } from '../bytes/embedded.js';
import { decodeMixed, wideEncoding } from '../bytes/utf8.js';
import { WideStrings } from '../bytes/wide-strings.js';

/** Magics of files commonly stored in databases, in hex: PDF, zip, images, OLE, gzip, RTF, 7z, rar. */
const FILE_STARTS =
  /^(?:25504446|504b0304|ffd8ff|89504e47|47494638|d0cf11e0|1f8b08|7b5c727466|377abcaf|52617221|49492a00|4d4d002a)/;
const MAX_BLOB_TEXT = 64 * 1024;
/** Bytes of queued files before they must be flushed. */
const MAX_QUEUED_BYTES = 16 << 20;
const MIN_RUN = /[\x20-\x7e]{5,}/g;

export class DatabaseRows {
  readonly #table: TableFlow;
  readonly #queue: { name: string; bytes: Uint8Array }[] = [];
  #queuedBytes = 0;
  #row = 0;

  constructor(
    private readonly out: PartWriter,
    private readonly context: ExtractContext,
    private readonly options: TableOptions & { readonly columns: readonly string[] },
  ) {
    this.#table = out.table(options);
  }

  /** Adds a row, its values in column order. Await flush() when mustFlush. */
  add(values: readonly unknown[], hidden?: string): void {
    this.#row += 1;
    this.#table.row(
      values.map((value, index) => this.#text(value, index)),
      { row: this.#row, hidden },
    );
  }

  get mustFlush(): boolean {
    return this.#queuedBytes > MAX_QUEUED_BYTES;
  }

  /** Pushes the queued files of rows as members. */
  async flush(): Promise<void> {
    for (const { name, bytes } of this.#queue.splice(0)) {
      await pushEmbedded(this.out, this.context, { name, bytes });
    }
    this.#queuedBytes = 0;
    await this.out.ready();
  }

  async end(): Promise<void> {
    this.#table.end();
    await this.flush();
  }

  #text(value: unknown, column: number): string {
    if (value === null || value === undefined) return '';
    if (typeof value === 'string') return value;
    if (value instanceof Uint8Array) return this.#blob(value, column);
    if (value instanceof Date) return dateText(value);
    if (Array.isArray(value)) return value.map((item) => this.#text(item, column)).join(' ');
    if (typeof value === 'object') return this.#attachment(value, column);
    return String(value);
  }

  /** Access attachments: { name, data, ... }. */
  #attachment(value: object, column: number): string {
    const { name, data, url } = value as { name?: unknown; data?: unknown; url?: unknown };
    const said = [name, url].filter((part) => typeof part === 'string').join(' ');
    if (data instanceof Uint8Array)
      this.#enqueue(typeof name === 'string' ? name : this.#place(column), data);
    return said;
  }

  #blob(bytes: Uint8Array, column: number): string {
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    if (FILE_STARTS.test(view.toString('hex', 0, 8))) {
      this.#enqueue(this.#place(column), Buffer.from(view));
      return '';
    }
    return blobText(view.subarray(0, MAX_BLOB_TEXT));
  }

  #place(column: number): string {
    return `${this.options.name ?? ''}/${this.#row}/${this.options.columns[column] ?? column}`;
  }

  #enqueue(name: string, bytes: Uint8Array): void {
    this.#queue.push({ name, bytes });
    this.#queuedBytes += bytes.length;
  }
}

function dateText(value: Date): string {
  if (Number.isNaN(value.getTime())) return '';
  return value
    .toISOString()
    .replace(/T00:00:00\.000Z$/, '')
    .replace('T', ' ')
    .replace(/\.000Z$/, '');
}

/** The readable text of a binary value. */
function blobText(bytes: Buffer): string {
  const wide = wideEncoding(bytes);
  const isText = isUtf8(bytes) && !hasControls(bytes);
  if (isText) return bytes.toString('utf8');
  const runs: string[] = bytes.toString('latin1').match(MIN_RUN) ?? [];
  if (wide === 'utf-16le' || runs.length === 0) {
    const strings = new WideStrings((text) => runs.push(text.trim()));
    strings.write(bytes);
    strings.end();
  }
  return runs.join(' ');
}

/** True for control characters that text does not contain: all but tab, line feeds and the like. */
function hasControls(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte < 0x09 || (byte > 0x0d && byte < 0x20)) return true;
  return false;
}

/** Pushes printable runs of a file that cannot be parsed as text, one per line. Streams. */
export async function pushPrintable(out: PartWriter, stream: AsyncIterable<Uint8Array>): Promise<void> {
  const flow = out.text();
  // Values can contain accents: any byte that is not a control character belongs to a run.
  const run = /(?:\P{Cc}|\t){4,}/gu;
  let tail = Buffer.alloc(0);
  try {
    for await (const chunk of stream) {
      const bytes = Buffer.concat([tail, chunk]);
      const cut = Math.max(0, bytes.lastIndexOf(0), bytes.length - MAX_BLOB_TEXT);
      tail = Buffer.from(bytes.subarray(cut));
      for (const text of decodeMixed(bytes.subarray(0, cut)).match(run) ?? []) flow.write(`${text}\n`);
      await out.ready();
    }
    for (const text of decodeMixed(tail).match(run) ?? []) flow.write(`${text}\n`);
  } finally {
    flow.end();
  }
}
