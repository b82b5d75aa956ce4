/**
 * Mail messages with MIME decoding: headers and bodies as text, attachments and enclosed messages as members.
 * Streams: any number, depth and size of parts in constant memory, without recursion. Invalid MIME is read as text
 * and makes the mail partial.
 */
import type { Content, ExtractContext, Extractor, PartWriter, Place } from '../../core/content.js';
import { MEDIA } from '../bytes/media-types.js';
import { charsetDecoder } from '../bytes/mime-charset.js';
import { textChunks, wideEncoding } from '../bytes/utf8.js';
import { isBody, type Leaf, leafBytes, pushBody, pushMember, pushText } from './eml-leaf.js';
import { type HeaderField, header, headerText, parseHeaders, parseStructured } from './mime-headers.js';
import { MimeInput } from './mime-input.js';
import { transferDecoder } from './mime-transfer.js';
import { readCms } from './smime.js';

export const eml: Extractor = {
  async extract(_content: Content, out: PartWriter, context: ExtractContext): Promise<void> {
    const wide = wideEncoding(context.head);
    const stream = wide ? narrowed(context.stream(), wide) : context.stream();
    await pushMail(stream, out, context);
  },
};

/** Pushes all parts of a MIME message; also used for messages of other formats, converted to MIME. */
export async function pushMail(
  stream: AsyncIterable<Uint8Array>,
  out: PartWriter,
  context: ExtractContext,
): Promise<void> {
  await new MailWalk(new MimeInput(stream), out, context).run();
}

async function* narrowed(stream: AsyncIterable<Uint8Array>, encoding: string): AsyncGenerator<Uint8Array> {
  for await (const text of textChunks(stream, encoding)) yield Buffer.from(text, 'utf8');
}

/** Names of attachments kept to number duplicates. */
const MAX_NAMES = 100_000;
/** Names collected before they are pushed as text. */
const NAMES_AT_ONCE = 1000;
/** The part of a body searched for a boundary that its header does not name. */
const GUESS_BYTES = 16 * 1024;
const LONGEST_NAME = 500;
/** An mbox line or byte count before the header is shorter than this. */
const ENVELOPE_BYTES = 512;
/** Signed content is unwrapped in memory. */
const MAX_SMIME_BYTES = 64 * 1024 * 1024;

class MailWalk {
  #names = new Map<string, number>();
  #attachmentNames: string[] = [];
  #parts = 0;
  #isEncrypted = false;

  constructor(
    private readonly input: MimeInput,
    private readonly out: PartWriter,
    private readonly context: ExtractContext,
  ) {}

  async run(): Promise<void> {
    await this.#skipEnvelope();
    let isMessage = true;
    do {
      this.context.budget.check();
      isMessage = await this.#entity(isMessage);
    } while (isMessage || (await this.#nextPart()));
    if (this.input.level > 0) this.out.partial('truncated', 'a part has no end');
    if (this.#isEncrypted) this.out.partial('encrypted', 'encrypted parts');
    this.#pushNames();
  }

  /** Skips a byte count (Apple's emlx) or an mbox line before the header. */
  async #skipEnvelope(): Promise<void> {
    const start = (await this.input.peek(ENVELOPE_BYTES)).toString('latin1');
    const envelope = /^(?:\xef\xbb\xbf)?(?:\s*\d{1,12}\s*\r?\n|>?From [^\n]*\n|\s+(?=[\w-]+:))?/.exec(start);
    this.input.skip(envelope?.[0].length ?? 0);
  }

  /** Reads one entity with its header. True: a message follows in its place, without a boundary. */
  async #entity(isMessage: boolean): Promise<boolean> {
    const { block, isCut } = await this.input.headers();
    if (isCut) this.out.partial('corrupt', 'a header is too long');
    const fields = parseHeaders(block);
    this.#pushHeader(fields, isMessage);
    const declaredType = header(fields, 'content-type');
    const type = parseStructured(declaredType ?? '');
    if (
      type.value.startsWith('multipart/') &&
      (await this.#openMultipart(type.value, type.parameters.get('boundary')))
    ) {
      return false;
    }
    return this.#leaf(this.#leafOf(fields, declaredType));
  }

  /** Skips fields that only describe the part, unless they are unusual. */
  #pushHeader(fields: readonly HeaderField[], isMessage: boolean): void {
    const told = isMessage ? fields : fields.filter((field) => !/^content-(?!desc)/i.test(field.name));
    if (told.length > 0) this.#pushString(headerText(told), { part: 'header' });
  }

  #pushString(text: string, place: Place): void {
    const flow = this.out.text(place);
    flow.write(text);
    flow.end();
  }

  async #openMultipart(type: string, declared: string | undefined): Promise<boolean> {
    if (type === 'multipart/encrypted') this.#isEncrypted = true;
    const boundary = await this.#boundary(declared);
    if (boundary === undefined) return false;
    this.input.push(Buffer.from(boundary, 'utf8').toString('latin1').trimEnd());
    await this.#aside('preamble');
    return true;
  }

  /** The declared boundary, or the one found in the body if that differs. */
  async #boundary(declared: string | undefined): Promise<string | undefined> {
    const start = await this.input.peek(GUESS_BYTES);
    if (declared && start.includes(`--${declared}`)) return declared;
    const found = /(?:^|\n)--([^\s-][^\r\n]{3,200}?)[ \t]*\r?\ncontent-/i.exec(start.toString('utf8'));
    return found?.[1] ?? declared;
  }

  /** The text before the first part and after the last: usually empty, and therefore a hiding place. */
  async #aside(part: 'preamble' | 'epilogue'): Promise<void> {
    const { input, out, context } = this;
    const decoder = charsetDecoder();
    const text = async function* () {
      for await (const piece of input.body()) yield decoder.write(piece);
      yield decoder.end();
    };
    await pushText(notBlank(text()), { out, context, place: { part, hidden: part } });
  }

  #leafOf(fields: readonly HeaderField[], declaredType: string | undefined): Leaf {
    const type = parseStructured(declaredType ?? '');
    const disposition = parseStructured(header(fields, 'content-disposition') ?? '');
    const name = disposition.parameters.get('filename') ?? type.parameters.get('name');
    return {
      type,
      declaredType,
      name: name?.slice(0, LONGEST_NAME) || undefined,
      isAttachment: disposition.value === 'attachment',
      transfer: transferDecoder(header(fields, 'content-transfer-encoding') ?? ''),
    };
  }

  async #leaf(leaf: Leaf): Promise<boolean> {
    this.#parts += 1;
    const type = leaf.type.value;
    const scope = { input: this.input, out: this.out, context: this.context };
    if (type === 'message/rfc822' && this.#isTooDeep()) return true;
    if (/^application\/(?:x-)?pkcs7-mime$/.test(type) && (await this.#smime(leaf))) return false;
    if (isBody(leaf) || type.startsWith('multipart/')) await pushBody(leaf, scope);
    else await pushMember(leaf, this.#memberName(leaf), scope);
    return false;
  }

  /** Signed clear content becomes a member; encrypted content is reported. False: read it as any other part. */
  async #smime(leaf: Leaf): Promise<boolean> {
    if (/^(?:auth)?enveloped/i.test(leaf.type.parameters.get('smime-type') ?? '')) {
      this.#isEncrypted = true;
      return false;
    }
    const { pieces, isWhole } = await this.#collected(leaf);
    const cms = readCms(Buffer.concat(pieces));
    if (cms.kind === 'encrypted') this.#isEncrypted = true;
    if (!isWhole) this.out.partial('limit-memory', 'a signed part is too large');
    const isMail = cms.kind === 'signed';
    const open = async function* () {
      yield* isMail ? [cms.content] : pieces;
    };
    const declaredType = isMail ? MEDIA.rfc822 : leaf.declaredType;
    const name = isMail ? `part-${this.#parts}.eml` : this.#memberName(leaf);
    await this.out.member(this.context.child(name, open, { declaredType }));
    return true;
  }

  async #collected(leaf: Leaf): Promise<{ pieces: Buffer[]; isWhole: boolean }> {
    const pieces: Buffer[] = [];
    let length = 0;
    for await (const piece of leafBytes(this.input, leaf.transfer)) {
      length += piece.length;
      if (length <= MAX_SMIME_BYTES) pieces.push(Buffer.from(piece));
    }
    return { pieces, isWhole: length <= MAX_SMIME_BYTES };
  }

  /** Enclosed messages beyond the depth limit are read here, as part of this one. */
  #isTooDeep(): boolean {
    return this.context.depth + 1 >= this.context.budget.limits.maxArchiveDepth;
  }

  #memberName(leaf: Leaf): string {
    const name = leaf.name ?? `part-${this.#parts}.${extensionOf(leaf.type.value)}`;
    if (leaf.name !== undefined) this.#attachmentNames.push(leaf.name);
    if (this.#attachmentNames.length >= NAMES_AT_ONCE) this.#pushNames();
    const seen = this.#names.get(name) ?? 0;
    if (this.#names.size < MAX_NAMES) this.#names.set(name, seen + 1);
    if (seen === 0) return name;
    return name.replace(/(\.[^.]{0,10})?$/, `~${seen + 1}$1`);
  }

  #pushNames(): void {
    const names = this.#attachmentNames.splice(0);
    if (names.length > 0) this.#pushString(`${names.join('\n')}\n`, { part: 'attachment-name' });
  }

  /** Moves to the next part. False at the end. */
  async #nextPart(): Promise<boolean> {
    await this.input.drain();
    for (let { stop } = this.input; stop; { stop } = this.input) {
      this.input.popTo(stop.isClose ? stop.level - 1 : stop.level);
      if (!stop.isClose) return true;
      this.input.enterBody();
      await this.#aside('epilogue');
    }
    return false;
  }
}

function extensionOf(type: string): string {
  if (type === 'message/rfc822') return 'eml';
  return /^[\w.-]+\/(?:x-)?([\w-]{1,12})$/.exec(type)?.[1] ?? 'bin';
}

/** Yields nothing for text of white space only. */
async function* notBlank(text: AsyncIterable<string>): AsyncGenerator<string> {
  let isBlank = true;
  for await (const chunk of text) {
    if (isBlank && chunk.trim() === '') continue;
    isBlank = false;
    yield chunk;
  }
}
