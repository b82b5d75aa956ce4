/**
 * The one list of sources and extractors. Adding one is a file of its own and a line here. Extractors are
 * loaded when the first content of their kind is met: some bring libraries that take a second to load.
 */
import type { ExtractOptions, Extractor } from './core/content.js';
import { LeaksiftError } from './core/errors.js';
import { Registry } from './core/registry.js';
import type { Item, Source } from './core/source.js';
import { MEDIA } from './extractors/bytes/media-types.js';
import { type DetectHints, detectType } from './extractors/detect/detect.js';
import { textExtractor } from './extractors/text/text.js';
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
type Lazy = Extractor & { readonly load: Load };

const SEVEN_ZIP = [
  ...[MEDIA.sevenZip, MEDIA.rar, MEDIA.cab, MEDIA.iso, MEDIA.cpio, MEDIA.arj, MEDIA.lzh, MEDIA.ar],
  ...[MEDIA.rpm, MEDIA.wim, MEDIA.chm, MEDIA.xar, MEDIA.squashfs],
  ...[MEDIA.diskImage, MEDIA.vmdk, MEDIA.qcow, MEDIA.vhd],
];

const METAFILES = [MEDIA.emf, MEDIA.wmf, 'image/x-emf', 'image/x-wmf', 'application/x-msmetafile'];
const SEALED = [MEDIA.pgp, MEDIA.cms, 'application/x-pkcs7-mime'];

/** One that cuts huge contents into ranges. */
function splitting(extractor: Lazy): Extractor {
  return {
    ...extractor,
    async *splits(content, head, rangeBytes) {
      yield* (await extractor.load()).splits?.(content, head, rangeBytes) ?? [];
    },
  };
}

function container(id: string, mediaTypes: readonly string[], load: Load): Lazy {
  return { ...lazy(id, mediaTypes, load), container: true };
}

function lazy(id: string, mediaTypes: readonly string[], load: Load): Lazy {
  let loaded: Promise<Extractor> | undefined;
  return {
    id,
    mediaTypes,
    load,
    async extract(content, out, context) {
      loaded ??= load();
      await (await loaded).extract(content, out, context);
    },
  };
}

/** Prefixes that one extractor reads as far as it can: `image/x-whatever` has metadata like any other. */
const FAMILIES: readonly (readonly [string, string])[] = [
  ['image/', 'image'],
  ['audio/', 'media'],
  ['video/', 'media'],
];

export const extractors = new Registry<Extractor>([
  textExtractor,
  lazy(
    'html',
    [MEDIA.html, 'application/xhtml+xml'],
    async () => (await import('./extractors/markup/html.js')).html,
  ),
  lazy(
    'vcf',
    [MEDIA.vcard, 'text/x-vcard', 'text/directory'],
    async () => (await import('./extractors/mail/vcf.js')).vcf,
  ),
  lazy(
    'ics',
    [MEDIA.calendar, 'text/x-vcalendar', 'application/ics'],
    async () => (await import('./extractors/mail/ics.js')).ics,
  ),
  container('gzip', [MEDIA.gzip], async () => (await import('./extractors/compressed/gzip.js')).gzip),
  container('bzip2', [MEDIA.bzip2], async () => (await import('./extractors/compressed/bzip2.js')).bzip2),
  container('xz', [MEDIA.xz], async () => (await import('./extractors/compressed/xz.js')).xz),
  container('lzma', [MEDIA.lzma], async () => (await import('./extractors/compressed/lzma-alone.js')).lzma),
  container('lzip', [MEDIA.lzip], async () => (await import('./extractors/compressed/lzma-alone.js')).lzip),
  container('zstd', [MEDIA.zstd], async () => (await import('./extractors/compressed/zstd.js')).zstd),
  container('lz4', [MEDIA.lz4], async () => (await import('./extractors/compressed/lz4.js')).lz4),
  container(
    'zip',
    [MEDIA.zip, MEDIA.jar, MEDIA.vsdx, MEDIA.xps],
    async () => (await import('./extractors/archives/zip.js')).zip,
  ),
  container('tar', [MEDIA.tar], async () => (await import('./extractors/archives/tar.js')).tar),
  container(
    'compress',
    [MEDIA.compress],
    async () => (await import('./extractors/compressed/compress.js')).compress,
  ),
  container(
    'sfx',
    [MEDIA.pe, MEDIA.elf],
    async () => (await import('./extractors/archives/self-extracting.js')).selfExtracting,
  ),
  container('7z', SEVEN_ZIP, async () => (await import('./extractors/archives/sevenzip.js')).sevenZip),
  container(
    'eml',
    [MEDIA.rfc822, 'message/global', 'message/news'],
    async () => (await import('./extractors/mail/eml.js')).eml,
  ),
  container(
    'sealed',
    SEALED,
    async () => (await import('./extractors/mail/secured-message.js')).securedMessage,
  ),
  splitting(container('mbox', [MEDIA.mbox], async () => (await import('./extractors/mail/mbox.js')).mbox)),
  container('pst', [MEDIA.pst], async () => (await import('./extractors/pst/pst.js')).pst),
  container(
    'tnef',
    [MEDIA.tnef, 'application/vnd.ms-tnef'],
    async () => (await import('./extractors/mail/tnef.js')).tnef,
  ),
  container(
    'ole',
    [MEDIA.ole, MEDIA.xls, MEDIA.doc, MEDIA.ppt, MEDIA.msg],
    async () => (await import('./extractors/documents/ole.js')).oleExtractor,
  ),
  lazy('lotus', [MEDIA.lotus], async () => (await import('./extractors/sheets/lotus.js')).lotus),
  lazy(
    'wordperfect',
    [MEDIA.wordPerfect],
    async () => (await import('./extractors/documents/wordperfect.js')).wordPerfect,
  ),
  container('pdf', [MEDIA.pdf], async () => (await import('./extractors/pdf/pdf.js')).pdfExtractor),
  container(
    'rtf',
    [MEDIA.rtf, 'text/rtf'],
    async () => (await import('./extractors/documents/rtf.js')).rtfExtractor,
  ),
  container(
    'docx',
    [MEDIA.docx, MEDIA.docm],
    async () => (await import('./extractors/documents/docx.js')).docxExtractor,
  ),
  container(
    'pptx',
    [MEDIA.pptx, MEDIA.pptm],
    async () => (await import('./extractors/documents/pptx.js')).pptxExtractor,
  ),
  container(
    'odf',
    [MEDIA.odt, MEDIA.odp, MEDIA.odg],
    async () => (await import('./extractors/documents/odf.js')).odfExtractor,
  ),
  container('epub', [MEDIA.epub], async () => (await import('./extractors/documents/epub.js')).epubExtractor),
  container(
    'xlsx',
    [MEDIA.xlsx, MEDIA.xlsm, MEDIA.xlam],
    async () => (await import('./extractors/sheets/xlsx.js')).xlsx,
  ),
  container('xlsb', [MEDIA.xlsb], async () => (await import('./extractors/sheets/xlsb.js')).xlsb),
  container('ods', [MEDIA.ods], async () => (await import('./extractors/sheets/ods.js')).ods),
  container('access', [MEDIA.access], async () => (await import('./extractors/records/access.js')).access),
  container(
    'sqlite',
    [MEDIA.sqlite],
    async () => (await import('./extractors/records/sqlite.js')).sqliteExtractor,
  ),
  lazy('json', [MEDIA.json], async () => (await import('./extractors/records/json.js')).json),
  splitting(
    lazy('ndjson', [MEDIA.ndjson], async () => (await import('./extractors/records/json.js')).ndjson),
  ),
  splitting(lazy('sql', [MEDIA.sql], async () => (await import('./extractors/records/sql.js')).sql)),
  lazy('xml', [MEDIA.xml], async () => (await import('./extractors/records/xml-records.js')).xmlRecords),
  lazy('dbf', [MEDIA.dbf], async () => (await import('./extractors/records/dbf.js')).dbf),
  lazy('svg', [MEDIA.svg], async () => (await import('./extractors/markup/svg.js')).svg),
  lazy('metafile', METAFILES, async () => (await import('./extractors/media/metafile.js')).metafile),
  lazy('image', [], async () => (await import('./extractors/media/image.js')).image),
  lazy('media', ['application/ogg'], async () => (await import('./extractors/media/media.js')).media),
  lazy('strings', [], async () => (await import('./extractors/bytes/strings.js')).strings),
]);

const byMediaType = new Map<string, Extractor>();
for (const extractor of extractors.all()) {
  for (const mediaType of extractor.mediaTypes) {
    const other = byMediaType.get(mediaType);
    if (other) throw new Error(`${mediaType} is claimed by ${other.id} and ${extractor.id}`);
    byMediaType.set(mediaType, extractor);
  }
}

/**
 * The extractor of a media type. Text types without one of their own are read as plain text, unknown
 * binaries as strings if the user asked for it.
 */
export function extractorFor(mediaType: string, options: ExtractOptions): Extractor | undefined {
  const known = byMediaType.get(mediaType);
  if (known) return known;
  const family = FAMILIES.find(([prefix]) => mediaType.startsWith(prefix));
  if (family) return extractors.get(family[1]);
  if (isText(mediaType)) return textExtractor;
  return options.strings ? extractors.get('strings') : undefined;
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
