/**
 * Lotus 1-2-3 and Quattro Pro sheets as tables, through SheetJS; what it cannot parse gives its raw strings
 * and is said to be corrupt. The whole file is held in memory.
 */
import type { Extractor } from '../core/content.js';
import { codeOf } from '../core/errors.js';
import { MEDIA } from './media-types.js';
import { rawStrings } from './raw-strings.js';
import { parseWorkbook, writeWorkbook } from './sheetjs.js';

/** These programs ran in a few megabytes. */
const MAX_BYTES = 32 << 20;

export const lotus: Extractor = {
  id: 'lotus',
  mediaTypes: [MEDIA.lotus, 'application/x-quattro-pro'],
  async extract(_content, out, context) {
    const bytes = await context.bytes(Math.min(MAX_BYTES, context.budget.limits.maxParseBytes));
    try {
      await writeWorkbook(parseWorkbook(bytes), out);
    } catch (error) {
      if (codeOf(error) !== 'corrupt') throw error;
      out.partial('corrupt', 'raw strings only');
      const flow = out.text({ part: 'raw-strings' });
      for (const text of rawStrings(bytes)) flow.write(text);
      flow.end();
    }
  },
};
