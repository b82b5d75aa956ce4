/**
 * All sources that are built in. A source is a file or folder here and a line in this list. Sources that bring a large
 * library are loaded when an address asks for them.
 */
import type { Source } from '../core/source.js';
import { fileSource } from './file.js';
import { lazyS3 } from './s3-lazy.js';
import { stdinSource } from './stdin.js';

export { SourceRegistry } from './source-registry.js';

/** New ones: a source may hold connections, which belong to one run on one thread. */
export function newSources(): readonly Source[] {
  return [stdinSource, fileSource, lazyS3()];
}
