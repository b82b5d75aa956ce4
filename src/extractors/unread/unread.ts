/** Reports a known content as not read. With --strings its printable runs are read all the same. */
import type { Content, ExtractContext, Extractor, PartWriter } from '../../core/content.js';
import { strings } from '../bytes/strings.js';

export function unread(reason: string): Extractor {
  return {
    async extract(content: Content, out: PartWriter, context: ExtractContext): Promise<void> {
      if (!context.options.strings) {
        out.skip(reason);
        return;
      }
      await strings.extract(content, out, context);
      out.partial(reason);
    },
  };
}
