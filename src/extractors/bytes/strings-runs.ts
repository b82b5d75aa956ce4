/**
 * Finds runs of printable characters in a stream of binary bytes. A run that crosses a chunk border is kept until it
 * ends, or until it is long enough to be passed on in pieces.
 */
import { isUtf8 } from 'node:buffer';

export type Run = {
  /** Byte offset in the stream. */
  readonly offset: number;
  readonly text: string;
  readonly width: 'utf8' | 'utf16';
};

type Emit = (run: Run) => void;

const MIN_CHARS = 6;
const MAX_RUN_BYTES = 64 * 1024;

/** Printable ASCII and tab. */
const isPrintable = (byte: number): boolean => (byte >= 0x20 && byte < 0x7f) || byte === 0x09;

/** ASCII, and UTF-8 if the high bytes are valid. */
export class NarrowRuns {
  #held: Buffer[] = [];
  #heldBytes = 0;
  #position = 0;

  write(bytes: Buffer, emit: Emit): void {
    let start = 0;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] as number;
      if (isPrintable(byte) || byte >= 0x80) continue;
      if (this.#heldBytes > 0 || i - start >= MIN_CHARS)
        this.#finish(bytes.subarray(start, i), this.#position + i, emit);
      start = i + 1;
    }
    this.#position += bytes.length;
    if (start < bytes.length) this.#hold(bytes.subarray(start), emit);
  }

  #hold(bytes: Buffer, emit: Emit): void {
    this.#held.push(Buffer.from(bytes));
    this.#heldBytes += bytes.length;
    if (this.#heldBytes > MAX_RUN_BYTES) this.#finish(Buffer.alloc(0), this.#position, emit);
  }

  /** `end` is the stream offset after the run. */
  #finish(tail: Buffer, end: number, emit: Emit): void {
    const run = this.#heldBytes > 0 ? Buffer.concat([...this.#held, tail]) : tail;
    this.#held = [];
    this.#heldBytes = 0;
    pushNarrow(run, end - run.length, emit);
  }

  end(emit: Emit): void {
    if (this.#heldBytes > 0) this.#finish(Buffer.alloc(0), this.#position, emit);
  }
}

function pushNarrow(run: Buffer, offset: number, emit: Emit): void {
  if (run.length < MIN_CHARS) return;
  if (isUtf8(run)) {
    const text = run.toString('utf8');
    if (text.length >= MIN_CHARS) emit({ offset, text, width: 'utf8' });
    return;
  }
  // High bytes that are not UTF-8 end a string.
  for (let i = 0, start = 0; i <= run.length; i++) {
    if (i < run.length && (run[i] as number) < 0x80) continue;
    if (i - start >= MIN_CHARS) {
      emit({ offset: offset + start, text: run.toString('latin1', start, i), width: 'utf8' });
    }
    start = i + 1;
  }
}

/** UTF-16 of one byte order, at either alignment; Latin letters only, because nearly any bytes are valid UTF-16. */
export class WideRuns {
  /** Characters of the run at even and at odd offsets, and their start. */
  #text: [string, string] = ['', ''];
  #start: [number, number] = [0, 0];
  #previous = -1;
  #position = 0;

  constructor(private readonly order: 'le' | 'be') {}

  write(bytes: Buffer, emit: Emit): void {
    let previous = this.#previous;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] as number;
      if (previous >= 0) this.#pair(previous, byte, { at: this.#position + i - 1, emit });
      previous = byte;
    }
    this.#previous = previous;
    this.#position += bytes.length;
  }

  #pair(first: number, second: number, { at, emit }: { at: number; emit: Emit }): void {
    const low = this.order === 'le' ? first : second;
    const high = this.order === 'le' ? second : first;
    const lane = at & 1;
    const isLetter =
      (high === 0 && (isPrintable(low) || low >= 0xa0)) || (high === 0x20 && low >= 0x10 && low <= 0xaf);
    if (isLetter) {
      if (this.#text[lane] === '') this.#start[lane] = at;
      this.#text[lane] += String.fromCharCode(high * 256 + low);
      if ((this.#text[lane] as string).length < MAX_RUN_BYTES) return;
    }
    if (this.#text[lane] !== '') this.#finish(lane, emit);
  }

  #finish(lane: number, emit: Emit): void {
    const text = this.#text[lane] as string;
    this.#text[lane] = '';
    if (text.length >= MIN_CHARS) emit({ offset: this.#start[lane] as number, text, width: 'utf16' });
  }

  end(emit: Emit): void {
    this.#finish(0, emit);
    this.#finish(1, emit);
  }
}
