/**
 * Pushes bytes of a document (an attachment, an embedded object, a picture) as a member, charged to the item's
 * budget. The bytes are in memory, so the member can be opened again and by range.
 */
import type { ExtractContext, PartWriter } from '../../core/content.js';
import type { ByteRange } from '../../core/range.js';

export type Embedded = {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly hidden?: string;
  readonly declaredType?: string;
};

export async function pushEmbedded(
  out: PartWriter,
  context: ExtractContext,
  embedded: Embedded,
): Promise<void> {
  const { name, bytes, hidden, declaredType } = embedded;
  context.budget.check();
  context.budget.expand(bytes.length);
  const open = (range?: ByteRange) => once(range ? bytes.subarray(range.start, range.end) : bytes);
  const extra = { size: bytes.length, hidden, declaredType, reopenable: true };
  await out.member(context.child(name, open, extra));
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}

/** Pushes a whole run of text. Skips blank text. */
export function pushText(out: PartWriter, place: Parameters<PartWriter['text']>[0], text: string): void {
  if (text.trim() === '') return;
  const flow = out.text(place);
  flow.write(text);
  flow.end();
}
