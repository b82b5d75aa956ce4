/** Cell comments, old and threaded, as text: one paragraph per comment, after its cell. */
import type { TextFlow } from '../../core/content.js';
import type { XmlHandler } from '../markup/xml.js';
import type { XmlAttributes } from '../markup/xml-attributes.js';
import type { OfficePackage } from '../office/office-package.js';
import { decodeXstring } from '../office/xstring.js';

export async function readComments(
  pack: OfficePackage,
  part: string,
  where: { readonly sheet?: string; readonly kind: string },
): Promise<void> {
  const flow = pack.io.out.text({ sheet: where.sheet, part: where.kind, hidden: where.kind });
  try {
    await pack.xml(part, new CommentsReader(flow));
  } finally {
    flow.end();
  }
}

class CommentsReader implements XmlHandler {
  #inText = false;
  #phonetic = false;

  constructor(private readonly flow: TextFlow) {}

  open(name: string, attrs: XmlAttributes): void {
    if (name === 'comment' || name === 'threadedComment') this.flow.write(`[${attrs.get('ref') ?? ''}] `);
    else if (name === 'rPh') this.#phonetic = true;
    // Threaded comments hold their text directly in `text`, old ones in runs of `t`.
    else if (name === 't' || name === 'text' || name === 'author') this.#inText = !this.#phonetic;
  }

  text(text: string): void {
    if (this.#inText && text.trim() !== '') this.flow.write(decodeXstring(text));
    else if (this.#inText && text === ' ') this.flow.write(text);
  }

  close(name: string): void {
    if (name === 't' || name === 'text') this.#inText = false;
    else if (name === 'rPh') this.#phonetic = false;
    else if (name === 'author') {
      this.#inText = false;
      this.flow.write('\n');
    } else if (name === 'comment' || name === 'threadedComment') this.flow.write('\n\n');
  }
}
