/**
 * One part of a mail without parts of its own: bodies become text, everything else a member. The part's bytes are
 * decoded as they stream, never held. Encrypted parts are reported.
 */
import type { ExtractContext, PartWriter, Place } from '../../core/content.js';
import { charsetDecoder } from '../bytes/mime-charset.js';
import { htmlCharset, pushHtml } from '../markup/html.js';
import type { Structured } from './mime-headers.js';
import type { MimeInput } from './mime-input.js';
import type { TransferDecoder } from './mime-transfer.js';

export type Leaf = {
  readonly type: Structured;
  /** As written, for the charset. */
  readonly declaredType: string | undefined;
  /** File name, if it has one. */
  readonly name: string | undefined;
  readonly isAttachment: boolean;
  readonly transfer: TransferDecoder;
};

export type LeafScope = {
  readonly input: MimeInput;
  readonly out: PartWriter;
  readonly context: ExtractContext;
};

const BODY_TYPES =
  /^text\/(?:plain|html|enriched|richtext|rfc822-headers|watch-html|x-amp-html)?$|^(?:text|message\/(?:disposition|delivery|feedback).*)$/;

/** True for parts that a mail program shows as the message itself. */
export function isBody(leaf: Leaf): boolean {
  return (
    !leaf.isAttachment &&
    leaf.name === undefined &&
    (leaf.type.value === '' || BODY_TYPES.test(leaf.type.value))
  );
}

/** The decoded bytes of the current part. Can be left early; drain() then finishes the part. */
export async function* leafBytes(input: MimeInput, transfer: TransferDecoder): AsyncGenerator<Buffer> {
  for await (const piece of input.body()) {
    const bytes = transfer.write(piece);
    if (bytes.length > 0) yield bytes;
  }
  const rest = transfer.end();
  if (rest.length > 0) yield rest;
}

/** Pushes a body as text or HTML. */
export async function pushBody(leaf: Leaf, scope: LeafScope): Promise<void> {
  const { out, context } = scope;
  const isHtml = /html/.test(leaf.type.value);
  const isFlowed = leaf.type.parameters.get('format')?.toLowerCase() === 'flowed';
  const text = decodedText(leafBytes(scope.input, leaf.transfer), leaf, isHtml);
  if (isHtml) await pushHtml(text, out, { context });
  else {
    const isJoined = leaf.type.parameters.get('delsp')?.toLowerCase() === 'yes';
    await pushText(isFlowed ? unflowed(text, isJoined) : text, scope);
  }
}

async function* decodedText(
  bytes: AsyncIterable<Buffer>,
  leaf: Leaf,
  isHtml: boolean,
): AsyncGenerator<string> {
  let decoder: ReturnType<typeof charsetDecoder> | undefined;
  for await (const chunk of bytes) {
    const declared = leaf.type.parameters.get('charset');
    decoder ??= charsetDecoder(declared ?? (isHtml ? htmlCharset(chunk, undefined) : undefined));
    yield decoder.write(chunk);
  }
  if (decoder) yield decoder.end();
}

/** Pushes text as one flow, and reports an encrypted message. */
export async function pushText(
  text: AsyncIterable<string>,
  scope: Pick<LeafScope, 'out' | 'context'> & { readonly place?: Place },
): Promise<void> {
  let flow: ReturnType<PartWriter['text']> | undefined;
  let isEncrypted = false;
  let tail = '';
  for await (const chunk of text) {
    if (chunk === '') continue;
    scope.context.budget.check();
    flow ??= scope.out.text(scope.place);
    flow.write(chunk);
    isEncrypted ||= (tail + chunk).includes(PGP_MARK);
    tail = chunk.slice(-PGP_MARK.length);
    await scope.out.ready();
  }
  flow?.end();
  if (isEncrypted) scope.out.partial('encrypted', 'PGP message');
}

const PGP_MARK = '-----BEGIN PGP MESSAGE-----';

/**
 * Joins the soft line breaks of RFC 3676: a blank at a line's end joins it to the next, whose quote marks are
 * dropped.
 */
async function* unflowed(text: AsyncIterable<string>, isJoined: boolean): AsyncGenerator<string> {
  const soft = /(?<!(?:^|\n)--) \r?\n(?:>+ ?| )?/g;
  let held = '';
  for await (const chunk of text) {
    const all = held + chunk;
    const from = Math.max(0, all.length - MAX_HELD);
    const open = / \r?(?:\n[> ]*)?$/.exec(all.slice(from));
    held = open ? all.slice(from + open.index) : '';
    yield all.slice(0, all.length - held.length).replace(soft, isJoined ? '' : ' ');
  }
  yield held;
}

/** The most quote marks skipped after a soft break. */
const MAX_HELD = 100;

/** Pushes the part as a member and drains what the scan did not read. */
export async function pushMember(leaf: Leaf, name: string, scope: LeafScope): Promise<void> {
  const { input, out, context } = scope;
  const open = () => leafBytes(input, leaf.transfer);
  await out.member(context.child(name, open, { declaredType: leaf.declaredType }));
  await input.drain();
}
