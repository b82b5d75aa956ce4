/** The sources of one run on one thread, by address and by the scheme of an item. Rejects two sources with one id. */
import { LeaksiftError } from '../core/errors.js';
import { DEFAULT_TRAITS, type Item, type Source, type SourceTraits } from '../core/source.js';

export class SourceRegistry {
  readonly #byId = new Map<string, Source>();

  /** Throws `usage` if two sources have one id. */
  constructor(sources: readonly Source[]) {
    for (const source of sources) {
      if (this.#byId.has(source.id)) throw new LeaksiftError('usage', `two sources have the id ${source.id}`);
      this.#byId.set(source.id, source);
    }
  }

  all(): readonly Source[] {
    return [...this.#byId.values()];
  }

  /** The source that reads an address. Throws `usage` for unknown kinds of addresses. */
  sourceFor(address: string): Source {
    for (const source of this.#byId.values()) if (source.accepts(address)) return source;
    throw new LeaksiftError('usage', `no source reads ${address}`);
  }

  /** The source that listed an item. Throws `usage` if it is missing, as its plug-in is. */
  sourceOf({ scheme }: Pick<Item, 'scheme'>): Source {
    const source = this.#byId.get(scheme);
    if (!source) throw new LeaksiftError('usage', `no source has the id ${scheme}`);
    return source;
  }

  traitsOf(item: Pick<Item, 'scheme'>): SourceTraits {
    return { ...DEFAULT_TRAITS, ...this.sourceOf(item).traits };
  }

  /** Closes connections. */
  async close(): Promise<void> {
    for (const source of this.#byId.values()) await source.close?.();
  }
}
