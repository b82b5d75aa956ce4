/**
 * Rich Text Format, streamed: text with its code pages, tables, headers, notes, comments, deletions, hidden text and
 * properties in their places; embedded objects and pictures as members. A missing end is reported as `truncated`. Own
 * code for hidden text and constant memory: docs/decisions/022-own-office-readers.md.
 */
import type { Content, ExtractContext, Extractor, PartWriter } from '../../core/content.js';
import { DocumentText } from '../office/document-text.js';
import { pushRtfMember } from './rtf-object.js';
import { RtfText } from './rtf-text.js';
import { RtfTokenizer } from './rtf-tokens.js';

export const rtfExtractor: Extractor = {
  extract,
};

async function extract(_: Content, out: PartWriter, context: ExtractContext): Promise<void> {
  const target = new DocumentText(out);
  const text = new RtfText(target);
  const tokenizer = new RtfTokenizer(text);
  const pushMembers = async () => {
    if (text.members.length === 0) return;
    target.pause();
    for (const member of text.members.splice(0)) await pushRtfMember(member, out, context);
  };
  for await (const chunk of context.stream()) {
    context.budget.check();
    tokenizer.write(chunk);
    await pushMembers();
    await out.ready();
  }
  tokenizer.end();
  if (text.isOpen) out.partial('truncated', 'no closing brace');
  text.end();
  target.end();
  await pushMembers();
}
