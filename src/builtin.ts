/** The one list of sources and extractors. Adding one is a file of its own and a line here. */
import type { ExtractOptions, Extractor } from './core/content.js';
import { LeaksiftError } from './core/errors.js';
import { Registry } from './core/registry.js';
import type { Source } from './core/source.js';
import { type DetectHints, detectType } from './extractors/detect.js';
import { textExtractor } from './extractors/text.js';
import { fileSource } from './sources/file.js';
import { stdinSource } from './sources/stdin.js';

export const sources = new Registry<Source>([stdinSource, fileSource]);

export const extractors = new Registry<Extractor>([textExtractor]);

const byMediaType = new Map<string, Extractor>();
for (const extractor of extractors.all()) {
  for (const mediaType of extractor.mediaTypes) {
    const other = byMediaType.get(mediaType);
    if (other) throw new Error(`${mediaType} is claimed by ${other.id} and ${extractor.id}`);
    byMediaType.set(mediaType, extractor);
  }
}

/** The extractor of a media type; every text type without one of its own is read as plain text. */
export function extractorFor(mediaType: string, _options: ExtractOptions): Extractor | undefined {
  return byMediaType.get(mediaType) ?? (isText(mediaType) ? textExtractor : undefined);
}

const TEXTUAL =
  /^(text\/|message\/|application\/(json|xml|x-ndjson|sql|x-sh|javascript|x-yaml|[\w.+-]+\+(xml|json))$)/;

function isText(mediaType: string): boolean {
  return TEXTUAL.test(mediaType);
}

export function detectContent(head: Buffer, hints: DetectHints): Promise<string> {
  return detectType(head, hints);
}

/** The source that reads an address. Throws `usage` for addresses of no known kind. */
export function sourceFor(address: string): Source {
  const source = sources.all().find((candidate) => candidate.accepts(address));
  if (!source) throw new LeaksiftError('usage', `no source reads ${address}`);
  return source;
}
