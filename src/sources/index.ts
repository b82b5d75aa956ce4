/**
 * All built-in sources. A source is a file or folder here and a line in this list. Sources with a large library are
 * loaded for the first address that needs them.
 */
import type { Source } from '../core/source.js';
import { fileSource } from './file.js';
import { lazyS3 } from './s3-lazy.js';
import { stdinSource } from './stdin.js';

export { SourceRegistry } from './source-registry.js';

/** New instances: a source may hold connections, which belong to one run on one thread. */
export function newSources(): readonly Source[] {
  return [stdinSource, fileSource, lazyS3()];
}
