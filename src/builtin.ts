/**
 * The one list of sources and extractors. Adding one is a file of its own and a line here. Extractors are
 * loaded when the first content of their kind is met: some bring libraries that take a second to load.
 */
import type { ExtractOptions, Extractor } from './core/content.js';
import { LeaksiftError } from './core/errors.js';
import { Registry } from './core/registry.js';
import type { Item, Source } from './core/source.js';
import { type DetectHints, detectType } from './extractors/detect.js';
import { MEDIA } from './extractors/media-types.js';
import { textExtractor } from './extractors/text.js';
import { fileSource } from './sources/file.js';
import { isS3Address } from './sources/s3-address.js';
import { stdinSource } from './sources/stdin.js';

/** One per thread: an S3 source holds connections. */
export const sources = new Registry<Source>([stdinSource, fileSource, lazyS3()]);

function lazyS3(): Source {
  let loaded: Promise<Source> | undefined;
  const source = () => {
    loaded ??= import('./sources/s3.js').then((module) => module.createS3Source());
    return loaded;
  };
  return {
    id: 's3',
    accepts: isS3Address,
    async *list(address, context): AsyncGenerator<Item> {
      yield* (await source()).list(address, context);
    },
    open: async (item, context) => (await source()).open(item, context),
    close: async () => (await loaded)?.close?.(),
  };
}

type Load = () => Promise<Extractor>;

function lazy(id: string, mediaTypes: readonly string[], load: Load, container = false): Extractor {
  let loaded: Promise<Extractor> | undefined;
  return {
    id,
    mediaTypes,
    container,
    async extract(content, out, context) {
      loaded ??= load();
      await (await loaded).extract(content, out, context);
    },
  };
}

export const extractors = new Registry<Extractor>([
  textExtractor,
  lazy(
    'html',
    [MEDIA.html, 'application/xhtml+xml'],
    async () => (await import('./extractors/html.js')).html,
  ),
  lazy('gzip', [MEDIA.gzip], async () => (await import('./extractors/gzip.js')).gzip, true),
  lazy(
    'zip',
    [MEDIA.zip, MEDIA.jar, MEDIA.vsdx, MEDIA.xps],
    async () => (await import('./extractors/zip.js')).zip,
    true,
  ),
  lazy('tar', [MEDIA.tar], async () => (await import('./extractors/tar.js')).tar, true),
  lazy(
    'eml',
    [MEDIA.rfc822, 'message/global', 'message/news'],
    async () => (await import('./extractors/eml.js')).eml,
    true,
  ),
  lazy('mbox', [MEDIA.mbox], async () => (await import('./extractors/mbox.js')).mbox, true),
  lazy('msg', [MEDIA.msg], async () => (await import('./extractors/msg.js')).msg, true),
  lazy('pdf', [MEDIA.pdf], async () => (await import('./extractors/pdf.js')).pdfExtractor),
  lazy('docx', [MEDIA.docx, MEDIA.docm], async () => (await import('./extractors/docx.js')).docxExtractor),
  lazy('pptx', [MEDIA.pptx, MEDIA.pptm], async () => (await import('./extractors/pptx.js')).pptxExtractor),
  lazy(
    'odf',
    [MEDIA.odt, MEDIA.odp, MEDIA.odg],
    async () => (await import('./extractors/odf.js')).odfExtractor,
  ),
  lazy('epub', [MEDIA.epub], async () => (await import('./extractors/epub.js')).epubExtractor, true),
  lazy(
    'xlsx',
    [MEDIA.xlsx, MEDIA.xlsm, MEDIA.xlam],
    async () => (await import('./extractors/xlsx.js')).xlsx,
    true,
  ),
  lazy('xls', [MEDIA.xls], async () => (await import('./extractors/xls.js')).xls, true),
]);

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

/** Frees the connections of this thread's sources. */
export async function closeSources(): Promise<void> {
  for (const source of sources.all()) await source.close?.();
}
