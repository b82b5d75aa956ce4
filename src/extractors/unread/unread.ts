/** Reports a known container of data as not read. With --strings its printable runs are read all the same. */
import type { Content, ExtractContext, Extractor, PartWriter } from '../../core/content.js';
import { strings } from '../bytes/strings.js';

const REASON = 'data-not-read';

export const unread: Extractor = {
  async extract(content: Content, out: PartWriter, context: ExtractContext): Promise<void> {
    if (!context.options.strings) {
      out.skip(REASON);
      return;
    }
    await strings.extract(content, out, context);
    out.partial(REASON);
  },
};
