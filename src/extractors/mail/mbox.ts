/**
 * Mailboxes of the mbox family (mboxo, mboxrd, mboxcl): streams the messages as numbered members, regardless of the
 * file's size. A "From " line is a separator if it follows an empty line and looks like one, or has a full date; any
 * other is text. A huge mailbox is cut into ranges of whole messages, which planning counts, so that they keep their
 * numbers.
 */
import type { Content, ExtractContext, Extractor, PartWriter } from '../../core/content.js';
import type { ItemRange } from '../../core/range.js';
import { MEDIA } from '../bytes/media-types.js';
import { decodeMixed } from '../bytes/utf8.js';
import { RangeBuilder } from '../text/text-ranges.js';

export const mbox: Extractor = {
  splits,
  async extract(content: Content, out: PartWriter, context: ExtractContext): Promise<void> {
    const { range } = context;
    const input = new MboxInput(range ? content.open(range) : context.stream(), range);
    for (let number = range?.row ?? 1; await input.next(); number++) {
      context.budget.check();
      addEnvelope(out, input);
      const name = `message-${String(number).padStart(6, '0')}.eml`;
      await out.member(context.child(name, () => input.message(), { declaredType: MEDIA.rfc822 }));
      await input.drain();
    }
  },
};

/** The separator line, which names the sender, at its position. */
function addEnvelope(out: PartWriter, { envelope, start, line }: MboxInput): void {
  if (envelope === '') return;
  const flow = out.text({ part: 'envelope' }, { kind: 'source', width: 'utf8', start, line });
  flow.write(`${envelope}\n`);
  flow.end();
}

/** Cuts only before messages that readers of both ranges recognise as such. */
async function* splits(content: Content, _head: Buffer, rangeBytes: number): AsyncGenerator<ItemRange> {
  const input = new MboxInput(content.open());
  const ranges = new RangeBuilder();
  let border = rangeBytes;
  for (let row = 1; await input.next(); row++) {
    const { start: at, line } = input;
    if (at >= border && input.isApart) {
      yield ranges.until({ at, line, row });
      border = at + rangeBytes;
    }
    await input.drain();
  }
  yield ranges.last(input.position);
}

const LF = 0x0a;
const CR = 0x0d;
const SEPARATOR = Buffer.from('\nFrom ');
/** Bytes examined after a separator's start to verify it. */
const LOOK_AHEAD = 1024;
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const WITH_DATE = new RegExp(
  `^From [^\\n]*${DAY},?\\s+(?:${MONTH}\\s+\\d{1,2}|\\d{1,2}\\s+${MONTH})[^\\n]*\\d:\\d\\d`,
);
const LIKELY = /^From \S[^\n]{0,900}(?:\d{1,2}:\d{2}[^\n]*|\n(?:>?From |[A-Za-z][\w-]{1,60}:))/;

const ORIGIN = { start: 0, line: 1 };

class MboxInput {
  /** The separator line of the current message. */
  envelope = '';
  /** The offset of the current message, with its separator line. */
  start: number;
  line: number;
  /** True if recognising the current separator did not depend on the text before it. */
  isApart = false;
  #iterator: AsyncIterator<Uint8Array>;
  /** Bytes and lines before the buffer's cursor. */
  #passed: number;
  #lines: number;
  #buffer: Buffer = Buffer.alloc(0);
  #at = 0;
  #ended = false;
  #isInMessage = false;
  /** The last bytes passed on. */
  #before = '';
  /** The last bytes of the message, held back to check for a separator line. */
  #tail = '';
  #isFirst = true;

  constructor(stream: AsyncIterable<Uint8Array>, { start, line }: { start: number; line: number } = ORIGIN) {
    this.#iterator = stream[Symbol.asyncIterator]();
    [this.start, this.line, this.#passed, this.#lines] = [start, line, start, line];
  }

  /** Number of bytes read as messages. */
  get position(): number {
    return this.#passed;
  }

  /** Moves to the next message. False at the end. */
  async next(): Promise<boolean> {
    if (this.#isFirst) {
      this.#isFirst = false;
      await this.#need(LOOK_AHEAD);
      let to = this.#at;
      while (this.#buffer[to] === LF || this.#buffer[to] === CR) to += 1;
      this.#pass(to);
    }
    if (this.#at >= this.#buffer.length && !(await this.#fill())) return false;
    await this.#need(LOOK_AHEAD);
    const start = this.#buffer.subarray(this.#at, this.#at + LOOK_AHEAD);
    this.envelope = '';
    [this.start, this.line] = [this.#passed, this.#lines];
    this.isApart = this.#tail !== '' && !/(?:^|\n)>?From /.test(this.#tail);
    this.#tail = '';
    if (start.toString('latin1', 0, 5) === 'From ') {
      const lineEnd = start.indexOf(LF);
      const end = lineEnd < 0 ? start.length : lineEnd + 1;
      this.envelope = decodeMixed(start.subarray(0, end)).trim();
      this.#pass(this.#at + end);
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

  /** The bytes of the current message, quoted "From " lines restored. Can be left early. */
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

  #pass(end: number): void {
    const passed = this.#buffer.subarray(this.#at, end);
    for (let i = passed.indexOf(LF); i >= 0; i = passed.indexOf(LF, i + 1)) this.#lines += 1;
    this.#passed += passed.length;
    this.#at = end;
  }

  #take(end: number): Buffer {
    const piece = this.#buffer.subarray(this.#at, end);
    this.#pass(end);
    this.#tail = (this.#tail + piece.toString('latin1', Math.max(0, piece.length - LOOK_AHEAD))).slice(
      -LOOK_AHEAD,
    );
    this.#before = (this.#before + piece.toString('latin1', Math.max(0, piece.length - 3))).slice(-3);
    return unquoted(piece);
  }

  #isSeparator(lineFeed: number): boolean {
    const text = this.#buffer.toString('latin1', lineFeed + 1, lineFeed + LOOK_AHEAD);
    if (WITH_DATE.test(text)) return true;
    const before = this.#before + this.#buffer.toString('latin1', Math.max(this.#at, lineFeed - 3), lineFeed);
    return /\n\r?$/.test(before) && LIKELY.test(text);
  }

  /** Reads the rest of the message. */
  async drain(): Promise<void> {
    for await (const _ of this.message());
  }
}

const QUOTED = Buffer.from('>From ');

/** Removes one `>` from each line of `>…From `. */
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
