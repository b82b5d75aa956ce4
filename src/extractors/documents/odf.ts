/**
 * OpenDocument text, presentations and drawings (odt, ott, odp, odg; fodt, fodp, fodg in one XML file): content, page
 * styles with headers and footers, metadata, embedded objects and pictures. Rejects encrypted packages. Skips
 * pictures of the flat form.
 */
import type { Content, ExtractContext, Extractor, PartWriter, Place } from '../../core/content.js';
import { LeaksiftError } from '../../core/errors.js';
import { openZip, type ZipArchive, type ZipEntry } from '../archives/zip-entries.js';
import { pushText } from '../bytes/embedded.js';
import { notePartFault } from '../bytes/part-faults.js';
import { type XmlHandler, XmlReader } from '../markup/xml.js';
import { TextWalk } from '../markup/xml-text.js';
import { DocumentText } from '../office/document-text.js';
import { OdfText } from './odf-text.js';

const METADATA = { part: 'metadata', hidden: 'metadata' };
/** Parts that only affect appearance, or repeat others: thumbnails, previews of tables and objects. */
const LOOKS =
  /^(mimetype|settings\.xml|manifest\.rdf|layout-cache|META-INF\/|Configurations2?\/|Thumbnails\/|ObjectReplacements\/|Pictures\/TablePreview)/i;

export const odfExtractor: Extractor = {
  extract,
};

async function extract(_: Content, out: PartWriter, context: ExtractContext): Promise<void> {
  // A zip starts with PK; any other OpenDocument is the flat form.
  if (context.head[0] !== 0x50) return readContent(context.stream(), { out, context }, {});
  const zip = await openZip(await context.randomAccess(), context.budget);
  const entries = await zip.list();
  if (entries.length === 0) throw new LeaksiftError(zip.problem ?? 'corrupt', 'odf: no parts found');
  if (zip.problem) out.partial(zip.problem, 'directory');
  await refuseEncrypted({ zip, out, context }, entries);
  for (const entry of entries) {
    context.budget.check();
    if (LOOKS.test(entry.name)) continue;
    await pushEntry(entry, { zip, out, context });
  }
}

type Reading = { readonly zip: ZipArchive; readonly out: PartWriter; readonly context: ExtractContext };

async function pushEntry(entry: ZipEntry, reading: Reading): Promise<void> {
  const { zip, out, context } = reading;
  const [, folder, base] = /^(.*\/)?([^/]*)$/.exec(entry.name) ?? [];
  // An object in the document is a folder with its own content.xml.
  const place: Place = folder ? { part: 'object' } : base === 'styles.xml' ? { part: 'master' } : {};
  if (base === 'content.xml' || base === 'styles.xml') {
    await readContent(zip.open(entry), { out, context, name: entry.name }, place);
  } else if (base === 'meta.xml') {
    const flow = out.text(METADATA);
    const walk = new TextWalk(flow, { named: true, attributes: new Set(['name']) });
    await readPart(zip.open(entry), walk, { out, context, name: entry.name });
    flow.end();
  } else if (base !== 'settings.xml' && base !== 'mimetype') {
    const extra = { size: entry.size, hidden: 'embedded', reopenable: true };
    await out.member(context.child(entry.name, () => zip.open(entry), extra));
  }
}

type Part = { readonly out: PartWriter; readonly context: ExtractContext; readonly name?: string };

async function readContent(stream: AsyncIterable<Uint8Array>, part: Part, place: Place): Promise<void> {
  const text = new DocumentText(part.out, place);
  const handler = new OdfText(text, place);
  await readPart(stream, handler, part);
  text.end();
  pushText(part.out, { part: 'link' }, [...handler.links].join('\n'));
}

async function readPart(
  stream: AsyncIterable<Uint8Array>,
  handler: XmlHandler,
  { out, context, name }: Part,
): Promise<void> {
  const reader = new XmlReader(handler);
  try {
    for await (const chunk of stream) {
      context.budget.check();
      reader.write(chunk);
      await out.ready();
    }
  } catch (error) {
    reader.end();
    notePartFault(out, error, name ?? 'content');
    return;
  }
  reader.end();
  if (reader.damaged) out.partial('corrupt', 'broken XML');
}

/** Encrypted parts look damaged; the manifest says that they are encrypted. */
async function refuseEncrypted({ zip, out }: Reading, entries: readonly ZipEntry[]): Promise<void> {
  const manifest = entries.find((entry) => entry.name === 'META-INF/manifest.xml');
  if (!manifest) return;
  let isEncrypted = false;
  const reader = new XmlReader({
    open(name) {
      if (name === 'encryption-data') isEncrypted = true;
    },
    close() {},
    text() {},
  });
  try {
    for await (const chunk of zip.open(manifest)) reader.write(chunk);
    reader.end();
  } catch (error) {
    notePartFault(out, error, manifest.name);
  }
  if (isEncrypted) throw new LeaksiftError('encrypted', 'odf: encrypted');
}
