/**
 * OpenDocument text, presentations and drawings (odt, ott, odp, odg): content, page styles
 * with headers and footers, metadata, embedded objects and pictures. Refuses encrypted packages.
 */
import type { Content, ExtractContext, Extractor, PartWriter, Place } from '../core/content.js';
import { LeaksiftError } from '../core/errors.js';
import { DocumentText } from './document-text.js';
import { pushText } from './embedded.js';
import { MEDIA } from './media-types.js';
import { OdfText } from './odf-text.js';
import { notePartFault } from './part-faults.js';
import { type XmlHandler, XmlReader } from './xml.js';
import { TextWalk } from './xml-text.js';
import { openZip, type ZipArchive, type ZipEntry } from './zip-entries.js';

const METADATA = { part: 'metadata', hidden: 'metadata' };
/** Parts that hold only how things look, or repeat others: thumbnails, previews of tables and objects. */
const LOOKS =
  /^(mimetype|settings\.xml|manifest\.rdf|layout-cache|META-INF\/|Configurations2?\/|Thumbnails\/|ObjectReplacements\/|Pictures\/TablePreview)/i;

export const odfExtractor: Extractor = {
  id: 'odf',
  mediaTypes: [MEDIA.odt, MEDIA.odp, MEDIA.odg],
  container: true,
  extract,
};

async function extract(_: Content, out: PartWriter, context: ExtractContext): Promise<void> {
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
  // An object in the document is a folder with a content.xml of its own.
  const place: Place = folder ? { part: 'object' } : base === 'styles.xml' ? { part: 'master' } : {};
  if (base === 'content.xml' || base === 'styles.xml') {
    const text = new DocumentText(out, place);
    const handler = new OdfText(text, place);
    await readPart(entry, handler, reading);
    text.end();
    pushText(out, { part: 'link' }, [...handler.links].join('\n'));
  } else if (base === 'meta.xml') {
    const flow = out.text(METADATA);
    await readPart(entry, new TextWalk(flow, { named: true, attributes: new Set(['name']) }), reading);
    flow.end();
  } else if (base !== 'settings.xml' && base !== 'mimetype') {
    const extra = { size: entry.size, hidden: 'embedded', reopenable: true };
    await out.member(context.child(entry.name, () => zip.open(entry), extra));
  }
}

async function readPart(entry: ZipEntry, handler: XmlHandler, reading: Reading): Promise<void> {
  const reader = new XmlReader(handler);
  try {
    for await (const chunk of reading.zip.open(entry)) {
      reader.write(chunk);
      await reading.out.ready();
    }
  } catch (error) {
    reader.end();
    notePartFault(reading.out, error, entry.name);
    return;
  }
  reader.end();
  if (reader.damaged) reading.out.partial('corrupt', 'broken XML');
}

/** Encrypted parts look like damaged ones; the manifest tells. */
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
