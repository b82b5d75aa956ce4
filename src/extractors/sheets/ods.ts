/**
 * Reads OpenDocument spreadsheets (ods, ots and flat fods) as tables, streamed: values as displayed, hidden and
 * filtered rows, columns and sheets, annotations, headers and footers, properties, cached links, embedded objects.
 * Limits repeated cells and rows. Own code for hidden content and constant memory:
 * docs/decisions/022-own-office-readers.md.
 */
import type { Extractor, PartWriter } from '../../core/content.js';
import { LeaksiftError } from '../../core/errors.js';
import { XmlReader } from '../markup/xml.js';
import { OfficePackage } from '../office/office-package.js';
import { OdsReader } from './ods-reader.js';

const METADATA = { part: 'metadata', hidden: 'metadata' };

export const ods: Extractor = {
  async extract(_content, out, context) {
    // A zip starts with PK; any other ods is the flat form.
    if (context.head[0] !== 0x50) await readFlat(out, context.stream());
    else await readPackage(await OfficePackage.open(out, context));
  },
};

async function readFlat(out: PartWriter, stream: AsyncIterable<Uint8Array>): Promise<void> {
  const handler = new OdsReader(out);
  const reader = new XmlReader(handler);
  for await (const chunk of stream) {
    reader.write(chunk);
    await out.ready();
  }
  reader.end();
  handler.end();
  if (reader.damaged) out.partial('truncated');
}

async function readPackage(pack: OfficePackage): Promise<void> {
  const { out } = pack.io;
  if (await isEncrypted(pack)) throw new LeaksiftError('encrypted', 'encrypted OpenDocument file');
  for (const part of ['content.xml', 'styles.xml']) {
    if (!pack.take(part)) continue;
    const handler = new OdsReader(out);
    await pack.xml(part, handler);
    handler.end();
  }
  if (pack.take('meta.xml')) await pack.text('meta.xml', METADATA, { named: true });
  for (const part of [...pack.rest()]) {
    pack.io.context.budget.check();
    if (!pack.take(part) || isSilent(part)) continue;
    if (/(^|\/)(content|styles|meta)\.xml$/.test(part)) await readObject(pack, part);
    else await pack.member(part, 'embedded');
  }
}

/** Encrypted parts are listed in the manifest, which is not encrypted itself. */
async function isEncrypted(pack: OfficePackage): Promise<boolean> {
  let found = false;
  if (!pack.take('meta-inf/manifest.xml')) return found;
  await pack.xml('meta-inf/manifest.xml', {
    open: (name) => {
      if (name === 'encryption-data') found = true;
    },
    close: () => {},
    text: () => {},
  });
  return found;
}

/** An embedded object: a document in a folder of the package. */
async function readObject(pack: OfficePackage, part: string): Promise<void> {
  if (!part.endsWith('content.xml')) return;
  await pack.text(part, { part: 'embedded-object', hidden: 'embedded' });
}

function isSilent(part: string): boolean {
  if (/^(mimetype|settings\.xml|manifest\.rdf|meta-inf\/|configurations2\/|layout-cache)/.test(part))
    return true;
  return /^objectreplacements\//.test(part);
}
