/** Handles a fault in one part of a container: records it and continues, or ends the item. */
import type { PartWriter } from '../../core/content.js';
import { codeOf } from '../../core/errors.js';
import { ENDS_ITEM } from '../../core/limits.js';

/** Records `error` as a part not read; rethrows it if it ends the whole item. */
export function notePartFault(out: PartWriter, error: unknown, part?: string): void {
  const code = codeOf(error);
  if (ENDS_ITEM.has(code)) throw error;
  out.partial(code === 'internal' ? 'corrupt' : code, undefined, part);
}
