/** What a run reads with on one thread: its sources and its formats. */
import type { SourceContext } from '../../core/source.js';
import { FORMATS, FormatRegistry } from '../../extractors/index.js';
import { newSources, SourceRegistry } from '../../sources/index.js';

export type Readers = { readonly sources: SourceRegistry; readonly formats: FormatRegistry };

/** What planning works with. */
export type ReadContext = SourceContext & { readonly readers: Readers };

/** Close its sources: they may hold connections. */
export function newReaders(): Readers {
  return { sources: new SourceRegistry(newSources()), formats: new FormatRegistry(FORMATS) };
}
