/**
 * Reads a MIME message from a byte stream: header blocks, and bodies up to the next boundary line. Holds a chunk and
 * one line; reads every byte once, regardless of the number and depth of boundaries.
 */
import { LeaksiftError } from '../../core/errors.js';

/** A boundary line that ended a body. */
export type Stop = { readonly level: number; readonly isClose: boolean };

/** Larger header blocks are cut; the rest is read as body. */
export const MAX_HEADER_BYTES = 1024 * 1024;
/** RFC 2046 allows 70 characters; a longer line is no boundary. */
const MAX_BOUNDARY_LINE = 1024;
const MAX_LEVELS = 100_000;
const LF = 0x0a;
const CR = 0x0d;
const NEWLINE_DASHES = Buffer.from('\n--');

export class MimeInput {
  /** Why the last body ended; undefined at the end of the input. */
  stop: Stop | undefined;
  /** True until a body is read to its end. */
  isInBody = false;
  #iterator: AsyncIterator<Uint8Array>;
  #buffer: Buffer = Buffer.alloc(0);
  #at = 0;
  #ended = false;
  #atLineStart = true;
  /** Innermost level of each open boundary. */
  #levels = new Map<string, number>();
  #stack: { boundary: string; outer: number | undefined }[] = [];

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#iterator = stream[Symbol.asyncIterator]();
  }

  get level(): number {
    return this.#stack.length;
  }

  push(boundary: string): void {
    if (this.#stack.length >= MAX_LEVELS)
      throw new LeaksiftError('limit-depth', 'mail: parts nested too deep');
    this.#stack.push({ boundary, outer: this.#levels.get(boundary) });
    this.#levels.set(boundary, this.#stack.length);
  }

  /** Closes all boundaries inside `level`. */
  popTo(level: number): void {
    while (this.#stack.length > level) {
      const { boundary, outer } = this.#stack.pop() as { boundary: string; outer: number | undefined };
      if (outer === undefined) this.#levels.delete(boundary);
      else this.#levels.set(boundary, outer);
    }
  }

  /** Makes at least `length` bytes available, if there are as many, without consuming them. */
  async peek(length: number): Promise<Buffer> {
    while (this.#buffer.length - this.#at < length && (await this.#fill()));
    return this.#buffer.subarray(this.#at, this.#at + length);
  }

  skip(length: number): void {
    this.#at += length;
  }

  async #fill(): Promise<boolean> {
    if (this.#ended) return false;
    const next = await this.#iterator.next();
    if (next.done) {
      this.#ended = true;
      return false;
    }
    const rest = this.#buffer.subarray(this.#at);
    const { value } = next;
    this.#buffer =
      rest.length > 0
        ? Buffer.concat([rest, value])
        : Buffer.from(value.buffer, value.byteOffset, value.length);
    this.#at = 0;
    return true;
  }

  /** The lines up to the empty one, which is consumed. Ends before a boundary line too. */
  async headers(): Promise<{ block: Buffer; isCut: boolean }> {
    const lines: Buffer[] = [];
    let length = 0;
    for (;;) {
      const line = await this.#line();
      if (line.length === 0 || this.#boundaryOf(line)) break;
      this.#at += line.length;
      if (line[0] === LF || (line[0] === CR && line[1] === LF)) break;
      lines.push(line);
      length += line.length;
      if (length >= MAX_HEADER_BYTES) break;
    }
    this.#atLineStart = true;
    this.isInBody = true;
    return { block: Buffer.concat(lines, length), isCut: length >= MAX_HEADER_BYTES };
  }

  /** The line at the cursor with its end, not consumed. Cut at the header limit. */
  async #line(): Promise<Buffer> {
    let searched = 0;
    for (;;) {
      const end = this.#buffer.indexOf(LF, this.#at + searched);
      if (end >= 0) return this.#buffer.subarray(this.#at, end + 1);
      searched = this.#buffer.length - this.#at;
      if (searched >= MAX_HEADER_BYTES || !(await this.#fill())) return this.#buffer.subarray(this.#at);
    }
  }

  #boundaryOf(line: Buffer): Stop | undefined {
    if (this.#levels.size === 0 || line[0] !== 0x2d || line[1] !== 0x2d) return undefined;
    if (line.length > MAX_BOUNDARY_LINE) return undefined;
    const name = line.toString('latin1', 2).trimEnd();
    const level = this.#levels.get(name);
    if (level !== undefined) return { level, isClose: false };
    const closed = name.endsWith('--') ? this.#levels.get(name.slice(0, -2).trimEnd()) : undefined;
    return closed === undefined ? undefined : { level: closed, isClose: true };
  }

  /** The bytes up to the next boundary line or the end, without the line break before the boundary. */
  async *body(): AsyncGenerator<Buffer> {
    if (!this.isInBody) return;
    this.stop = undefined;
    if (this.#atLineStart) {
      this.#atLineStart = false;
      const line = await this.#line();
      const stop = this.#boundaryOf(line);
      if (stop) return this.#stopAt(stop, this.#at + line.length);
    }
    let from = this.#at;
    for (;;) {
      const found = this.#levels.size > 0 ? this.#buffer.indexOf(NEWLINE_DASHES, from) : -1;
      if (found < 0) {
        // The line break before a boundary, or a part of it, may be at the end.
        const keep = this.#ended ? 0 : Math.min(3, this.#buffer.length - this.#at);
        const piece = this.#buffer.subarray(this.#at, this.#buffer.length - keep);
        this.#at += piece.length;
        if (piece.length > 0) yield piece;
        const hadMore = await this.#fill();
        if (!hadMore && this.#at >= this.#buffer.length) break;
        from = this.#at;
        continue;
      }
      const lineEnd = this.#buffer.indexOf(LF, found + 1);
      if (lineEnd < 0 && !this.#ended && this.#buffer.length - found < MAX_BOUNDARY_LINE) {
        const offset = found - this.#at;
        await this.#fill();
        from = this.#at + offset;
        continue;
      }
      const end = lineEnd < 0 ? this.#buffer.length : lineEnd + 1;
      const stop = this.#boundaryOf(this.#buffer.subarray(found + 1, end));
      if (!stop) {
        from = found + 1;
        continue;
      }
      const textEnd = this.#buffer[found - 1] === CR && found > this.#at ? found - 1 : found;
      const piece = this.#buffer.subarray(this.#at, textEnd);
      this.#stopAt(stop, end);
      if (piece.length > 0) yield piece;
      return;
    }
    this.isInBody = false;
  }

  #stopAt(stop: Stop, at: number): void {
    this.stop = stop;
    this.#at = at;
    this.isInBody = false;
  }

  /** Starts another body at the cursor: after a preamble, or an epilogue. */
  enterBody(): void {
    this.isInBody = true;
    this.#atLineStart = true;
  }

  /** Reads the rest of a body. */
  async drain(): Promise<void> {
    for await (const _ of this.body());
  }
}
