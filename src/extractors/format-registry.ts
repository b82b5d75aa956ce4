/**
 * The formats of a run: the media type of a content, the format that reads a type, the format that a name promises.
 * Rejects formats that share an id or a media type.
 */
import type { ExtractOptions, Extractor } from '../core/content.js';
import { LeaksiftError } from '../core/errors.js';
import type { DetectHints, Format } from '../core/format.js';
import { detectType } from './detect/detect.js';

/** The id of the format for contents that no other reads, if the user enables it. */
const LAST_RESORT = 'strings';

export class FormatRegistry {
  readonly #byId = new Map<string, Format>();
  readonly #byMediaType = new Map<string, Format>();
  readonly #byPattern: { readonly pattern: RegExp; readonly format: Format }[] = [];
  readonly #promised = new Set<string>();
  readonly #recognising: Format[] = [];

  /** Throws `usage` if two formats claim the same id or type. */
  constructor(formats: readonly Format[]) {
    for (const format of formats) this.#add({ ...format, load: once(() => format.load()) });
  }

  #add(format: Format): void {
    const { id, mediaTypes, extensions } = format;
    if (this.#byId.has(id)) throw new LeaksiftError('usage', `two formats have the id ${id}`);
    this.#byId.set(id, format);
    for (const mediaType of mediaTypes) {
      const other = this.#byMediaType.get(mediaType);
      if (other)
        throw new LeaksiftError('usage', `${mediaType} is read by the formats ${other.id} and ${id}`);
      this.#byMediaType.set(mediaType, format);
      if (mediaType.includes('*')) this.#byPattern.push({ pattern: patternOf(mediaType), format });
    }
    for (const extension of extensions) this.#promised.add(extension);
    if (format.recognise) this.#recognising.push(format);
  }

  all(): readonly Format[] {
    return [...this.#byId.values()];
  }

  get(id: string): Format | undefined {
    return this.#byId.get(id);
  }

  /** The media type of the content that begins with `head` (up to 64 KiB). */
  async detect(head: Buffer, hints: DetectHints): Promise<string> {
    for (const format of this.#recognising) {
      const mediaType = format.recognise?.(head, hints);
      if (mediaType !== undefined) return mediaType;
    }
    return detectType(head, hints);
  }

  /** The format that reads a media type. Unknown binaries have one only with --strings. */
  formatFor(mediaType: string, options: ExtractOptions): Format | undefined {
    const known = this.#byMediaType.get(mediaType);
    if (known) return known;
    const fitting = this.#byPattern.find(({ pattern }) => pattern.test(mediaType));
    if (fitting) return fitting.format;
    return options.strings ? this.#byId.get(LAST_RESORT) : undefined;
  }

  /**
   * Returns the extension in lower case (`.xlsx`) if a content's name promises a readable format; otherwise
   * undefined. Content decides what a file is. But an unrecognised content with such a name must not pass as one more
   * unknown binary: it may be damaged or encrypted.
   */
  promisedBy(name: string): string | undefined {
    const ending = /\.([A-Za-z0-9]{1,7})$/.exec(name)?.[1]?.toLowerCase();
    return ending !== undefined && this.#promised.has(ending) ? `.${ending}` : undefined;
  }
}

/** `image/*` as an expression. */
function patternOf(mediaType: string): RegExp {
  const literals = mediaType.split('*').map((text) => text.replace(/[.+]/g, '\\$&'));
  return new RegExp(`^${literals.join('.*')}$`);
}

function once(load: () => Promise<Extractor>): () => Promise<Extractor> {
  let loaded: Promise<Extractor> | undefined;
  return () => {
    loaded ??= load();
    return loaded;
  };
}
