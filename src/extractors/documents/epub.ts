/**
 * EPUB books: the chapters as members in reading order, then all other content; the package's metadata as text.
 * Chapters under DRM are reported as encrypted.
 */
import type { Content, ExtractContext, Extractor, PartWriter } from '../../core/content.js';
import { LeaksiftError } from '../../core/errors.js';
import { openZip, type ZipArchive, type ZipEntry } from '../archives/zip-entries.js';
import { notePartFault } from '../bytes/part-faults.js';
import { type XmlHandler, XmlReader } from '../markup/xml.js';
import { TextWalk } from '../markup/xml-text.js';
import { partName } from '../office/opc.js';

/** Fonts and style sheets hold no text; the table of contents repeats the chapters' titles. */
const LOOKS = /\.(css|otf|ttf|woff2?|ncx)$|^(mimetype|META-INF\/container\.xml)$/i;
const MAX_OPF_BYTES = 64 * 1024 * 1024;

export const epubExtractor: Extractor = {
  extract,
};

async function extract(_: Content, out: PartWriter, context: ExtractContext): Promise<void> {
  const zip = await openZip(await context.randomAccess(), context.budget);
  const entries = await zip.list();
  if (entries.length === 0) throw new LeaksiftError(zip.problem ?? 'corrupt', 'epub: no members found');
  if (zip.problem) out.partial(zip.problem, 'directory');
  const left = new Map(entries.map((entry) => [partName(entry.name), entry]));
  for (const opf of [...left.keys()].filter((name) => name.endsWith('.opf'))) {
    const entry = left.get(opf) as ZipEntry;
    left.delete(opf);
    const spine = await readPackage(zip, entry, out);
    const folder = opf.slice(0, opf.lastIndexOf('/') + 1);
    for (const href of spine) {
      const name = partName(folder + href);
      await pushMember(left.get(name), { zip, out, context });
      left.delete(name);
    }
  }
  for (const entry of left.values()) {
    if (!LOOKS.test(entry.name)) await pushMember(entry, { zip, out, context });
  }
}

type Reading = { readonly zip: ZipArchive; readonly out: PartWriter; readonly context: ExtractContext };

async function pushMember(entry: ZipEntry | undefined, { zip, out, context }: Reading): Promise<void> {
  if (!entry) return;
  context.budget.check();
  const extra = { size: entry.size, reopenable: true };
  await out.member(context.child(entry.name, () => zip.open(entry), extra));
}

/** Pushes the metadata of an OPF package and returns the hrefs of its chapters in order. */
async function readPackage(zip: ZipArchive, entry: ZipEntry, out: PartWriter): Promise<string[]> {
  const spine = new Spine();
  const flow = out.text({ part: 'metadata', hidden: 'metadata' });
  const walk = new TextWalk(flow, { named: true, attributes: new Set(['content']) });
  const reader = new XmlReader({
    open(name, attrs) {
      spine.open(name, attrs);
      walk.open(name, attrs);
    },
    close: (name) => walk.close(name),
    text: (text) => walk.text(text),
  });
  try {
    reader.write(await zip.read(entry, MAX_OPF_BYTES));
  } catch (error) {
    notePartFault(out, error, entry.name);
  }
  reader.end();
  flow.end();
  return spine.chapters();
}

/** Bounds memory; real books have some thousand items. */
const MAX_ITEMS = 1_000_000;

class Spine implements Pick<XmlHandler, 'open'> {
  readonly #hrefs = new Map<string, string>();
  readonly #order: string[] = [];

  open(name: string, attrs: { get(name: string): string | undefined }): void {
    if (this.#order.length > MAX_ITEMS || this.#hrefs.size > MAX_ITEMS) return;
    if (name === 'item') this.#hrefs.set(attrs.get('id') ?? '', attrs.get('href') ?? '');
    if (name === 'itemref') this.#order.push(attrs.get('idref') ?? '');
  }

  chapters(): string[] {
    return this.#order.map((id) => this.#hrefs.get(id) ?? '').filter(Boolean);
  }
}
