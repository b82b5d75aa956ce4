/** Handles a fault in one part of a container: records it and continues, or ends the item. */
import type { PartWriter } from '../../core/content.js';
import { codeOf } from '../../core/errors.js';
import { ENDS_ITEM } from '../../core/limits.js';
import { escapeName } from '../../core/locator.js';

/** Part names come from the file: they are escaped and cut before they are shown. */
const MAX_NAME_CHARS = 200;

/** Records `error` as a part not read; rethrows it if it ends the whole item. */
export function notePartFault(out: PartWriter, error: unknown, part?: string): void {
  const code = codeOf(error);
  if (ENDS_ITEM.has(code)) throw error;
  const detail = part === undefined ? undefined : escapeName(part.slice(0, MAX_NAME_CHARS));
  out.partial(code === 'internal' ? 'corrupt' : code, detail);
}
