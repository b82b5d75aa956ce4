/**
 * Where a PDF ends in its file: behind the first end-of-file mark that nothing of a PDF follows. Incremental saves,
 * linearised files and PDFs embedded without compression have several marks. Source: ISO 32000-1, 7.5.
 */
import type { ExtractContext } from '../../core/content.js';
import { skipPadding } from '../media/trailing-bytes.js';

const MARK = Buffer.from('%%EOF');
/** What a PDF continues with behind a mark. */
const CONTINUES = /^(?:\d{1,10} \d{1,5} obj|xref|startxref|trailer|endstream|%)/;
const LOOK_BYTES = 64;
const STEP_BYTES = 4 * 1024 * 1024;
/** A search of this many bytes takes well below a second. */
const MAX_BYTES = 512 * 1024 * 1024;

/** The offset behind the mark; undefined where nothing follows the PDF, or where it has no mark. */
export async function pdfEnd(context: ExtractContext): Promise<number | undefined> {
  const { size, read } = await context.randomAccess();
  for (let base = 0; base < Math.min(size, MAX_BYTES); base += STEP_BYTES) {
    context.budget.check();
    const bytes = await read(base, Math.min(STEP_BYTES + MARK.length - 1, size - base));
    for (let at = bytes.indexOf(MARK); at >= 0; at = bytes.indexOf(MARK, at + 1)) {
      const end = base + at + MARK.length;
      const next = await skipPadding(end, context);
      if (next === size) return undefined;
      const behind = await read(next, Math.min(LOOK_BYTES, size - next));
      if (!CONTINUES.test(behind.toString('latin1'))) return end;
    }
  }
  return undefined;
}
