/**
 * Mailboxes of the mbox family (mboxo, mboxrd, mboxcl): streams one message after the other as members
 * with numbers for names, whatever the size of the file. A "From " line separates where it stands behind
 * an empty line and looks like one, or has a full date; any other is text.
 */
import type { Content, ExtractContext, Extractor, PartWriter } from '../core/content.js';
import { MEDIA } from './media-types.js';
import { decodeMixed } from './utf8.js';

export const mbox: Extractor = {
  id: 'mbox',
  mediaTypes: [MEDIA.mbox],
  container: true,
  async extract(_content: Content, out: PartWriter, context: ExtractContext): Promise<void> {
    const input = new MboxInput(context.stream());
    const envelopes = new Envelopes(out);
    for (let number = 1; await input.next(); number++) {
      context.budget.check();
      envelopes.add(input.envelope);
      const name = `message-${String(number).padStart(6, '0')}.eml`;
      await out.member(context.child(name, () => input.message(), { declaredType: MEDIA.rfc822 }));
      await input.drain();
    }
    envelopes.flush();
  },
};

/** The separator lines, which name senders, in runs of many. */
class Envelopes {
  #text = '';

  constructor(private readonly out: PartWriter) {}

  add(line: string): void {
    if (line !== '') this.#text += `${line}\n`;
    if (this.#text.length > 256 * 1024) this.flush();
  }

  flush(): void {
    if (this.#text === '') return;
    const flow = this.out.text({ part: 'envelope' });
    flow.write(this.#text);
    flow.end();
    this.#text = '';
  }
}

const LF = 0x0a;
const CR = 0x0d;
const SEPARATOR = Buffer.from('\nFrom ');
/** Bytes looked at behind a separator's start to tell whether it is one. */
const LOOK_AHEAD = 1024;
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const WITH_DATE = new RegExp(
  `^From [^\\n]*${DAY},?\\s+(?:${MONTH}\\s+\\d{1,2}|\\d{1,2}\\s+${MONTH})[^\\n]*\\d:\\d\\d`,
);
const LIKELY = /^From \S[^\n]{0,900}(?:\d{1,2}:\d{2}[^\n]*|\n(?:>?From |[A-Za-z][\w-]{1,60}:))/;

class MboxInput {
  /** The separator line of the message at the cursor. */
  envelope = '';
  #iterator: AsyncIterator<Uint8Array>;
  #buffer: Buffer = Buffer.alloc(0);
  #at = 0;
  #ended = false;
  #isInMessage = false;
  /** The last bytes handed on. */
  #before = '';
  #isFirst = true;

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#iterator = stream[Symbol.asyncIterator]();
  }

  /** Moves to the next message. False at the end. */
  async next(): Promise<boolean> {
    if (this.#isFirst) {
      this.#isFirst = false;
      await this.#need(LOOK_AHEAD);
      while (this.#buffer[this.#at] === LF || this.#buffer[this.#at] === CR) this.#at += 1;
    }
    if (this.#at >= this.#buffer.length && !(await this.#fill())) return false;
    await this.#need(LOOK_AHEAD);
    const start = this.#buffer.subarray(this.#at, this.#at + LOOK_AHEAD);
    this.envelope = '';
    if (start.toString('latin1', 0, 5) === 'From ') {
      const lineEnd = start.indexOf(LF);
      const end = lineEnd < 0 ? start.length : lineEnd + 1;
      this.envelope = decodeMixed(start.subarray(0, end)).trim();
      this.#at += end;
    }
    this.#before = '\n';
    this.#isInMessage = true;
    return true;
  }

  async #need(length: number): Promise<void> {
    while (this.#buffer.length - this.#at < length && (await this.#fill()));
  }

  async #fill(): Promise<boolean> {
    if (this.#ended) return false;
    const { value, done } = await this.#iterator.next();
    if (done) {
      this.#ended = true;
      return false;
    }
    const chunk = Buffer.from(value.buffer, value.byteOffset, value.length);
    const rest = this.#buffer.subarray(this.#at);
    this.#buffer = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    this.#at = 0;
    return true;
  }

  /** The bytes of the message at the cursor, quoted "From " lines restored. May be left early. */
  async *message(): AsyncGenerator<Buffer> {
    let from = this.#at;
    while (this.#isInMessage) {
      const found = this.#buffer.indexOf(SEPARATOR, from);
      if (found < 0) {
        const end = this.#ended
          ? this.#buffer.length
          : Math.max(from, this.#buffer.length - SEPARATOR.length);
        if (end > this.#at) yield this.#take(end);
        const hadMore = await this.#fill();
        if (!hadMore && this.#at >= this.#buffer.length) this.#isInMessage = false;
        from = this.#at;
        continue;
      }
      if (this.#buffer.length - found < LOOK_AHEAD && !this.#ended) {
        const offset = found - this.#at;
        await this.#need(offset + LOOK_AHEAD);
        from = this.#at + offset;
        continue;
      }
      from = found + 1;
      if (!this.#isSeparator(found)) continue;
      this.#isInMessage = false;
      yield this.#take(found + 1);
    }
  }

  #take(end: number): Buffer {
    const piece = this.#buffer.subarray(this.#at, end);
    this.#at = end;
    this.#before = (this.#before + piece.toString('latin1', Math.max(0, piece.length - 3))).slice(-3);
    return unquoted(piece);
  }

  #isSeparator(lineFeed: number): boolean {
    const text = this.#buffer.toString('latin1', lineFeed + 1, lineFeed + LOOK_AHEAD);
    if (WITH_DATE.test(text)) return true;
    const before = this.#before + this.#buffer.toString('latin1', Math.max(this.#at, lineFeed - 3), lineFeed);
    return /\n\r?$/.test(before) && LIKELY.test(text);
  }

  /** Reads what is left of the message. */
  async drain(): Promise<void> {
    for await (const _ of this.message());
  }
}

const QUOTED = Buffer.from('>From ');

/** Takes one `>` off each line of `>…From `. */
function unquoted(piece: Buffer): Buffer {
  const pieces: Buffer[] = [];
  let from = 0;
  for (let at = piece.indexOf(QUOTED); at >= 0; at = piece.indexOf(QUOTED, at + 1)) {
    let start = at;
    while (start > from && piece[start - 1] === QUOTED[0]) start -= 1;
    if (piece[start - 1] !== LF) continue;
    pieces.push(piece.subarray(from, at));
    from = at + 1;
  }
  return pieces.length === 0 ? piece : Buffer.concat([...pieces, piece.subarray(from)]);
}
