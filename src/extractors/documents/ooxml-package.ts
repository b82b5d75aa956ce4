/**
 * An open Office package of parts (docx, pptx): its parts by name, content types, relationships, and the parts common
 * to all packages: properties, charts, diagrams, custom XML, media, embeddings. A damaged part is reported and the
 * rest is read.
 */
import type { ExtractContext, PartWriter, Place } from '../../core/content.js';
import { LeaksiftError } from '../../core/errors.js';
import { openZip, type ZipArchive, type ZipEntry } from '../archives/zip-entries.js';
import { notePartFault } from '../bytes/part-faults.js';
import { type XmlHandler, XmlReader } from '../markup/xml.js';
import { TextWalk, type TextWalkRules } from '../markup/xml-text.js';
import { DocumentText } from '../office/document-text.js';
import { OpcPackage, partName, type Relationship } from '../office/opc.js';
import { OfficeText } from './ooxml-text.js';

const METADATA = { part: 'metadata', hidden: 'metadata' };

export class OfficePackage {
  /** Parts that have not been read yet. */
  readonly #left: Set<string>;
  readonly #links = new Set<string>();

  private constructor(
    private readonly zip: ZipArchive,
    readonly opc: OpcPackage,
    private readonly types: ContentTypes,
    readonly out: PartWriter,
    readonly context: ExtractContext,
  ) {
    this.#left = new Set(opc.parts.keys());
  }

  static async open(out: PartWriter, context: ExtractContext): Promise<OfficePackage> {
    const zip = await openZip(await context.randomAccess(), context.budget);
    const opc = new OpcPackage(await zip.list());
    if (opc.parts.size === 0) throw new LeaksiftError(zip.problem ?? 'corrupt', 'no parts found');
    if (zip.problem) out.partial(zip.problem, 'directory');
    const types = new ContentTypes();
    const office = new OfficePackage(zip, opc, types, out, context);
    const entry = opc.parts.get('[content_types].xml');
    if (entry) await office.#readEntry(entry, types);
    return office;
  }

  /** Names of the parts whose content type (or name, without a type) matches; in natural order. */
  partsOf(type: RegExp, name: RegExp): string[] {
    const found = [...this.opc.parts.keys()].filter((part) => {
      const known = this.types.of(part);
      return known ? type.test(known) : name.test(part);
    });
    return found.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  }

  has(part: string): boolean {
    return this.opc.parts.has(part);
  }

  /** Parses one part, once. Faults of the part are reported, not thrown. */
  async read(part: string, handler: XmlHandler): Promise<void> {
    const entry = this.opc.parts.get(part);
    if (!entry || !this.#left.delete(part)) return;
    await this.#readEntry(entry, handler);
  }

  async relationships(part: string): Promise<Relationship[]> {
    const found = await this.opc.relationships(part, (entry, handler) => this.#readEntry(entry, handler));
    for (const relation of found) if (relation.external) this.#links.add(relation.target);
    return found;
  }

  async #readEntry(entry: ZipEntry, handler: XmlHandler): Promise<boolean> {
    const reader = new XmlReader(handler);
    try {
      for await (const chunk of this.zip.open(entry)) {
        this.context.budget.check();
        reader.write(chunk);
        await this.out.ready();
      }
      reader.end();
    } catch (error) {
      reader.end();
      notePartFault(this.out, error, entry.name);
      return false;
    }
    if (reader.damaged) this.out.partial('corrupt', 'broken XML');
    return !reader.damaged;
  }

  /** Reads a part as prose with the Office reader. */
  async pushText(part: string, place: Place, textElements?: ReadonlySet<string>): Promise<void> {
    const text = new DocumentText(this.out, place);
    await this.read(part, new OfficeText(text, { textElements }));
    text.end();
  }

  async #pushWalk(part: string, place: Place, rules: TextWalkRules): Promise<void> {
    if (!this.#left.has(part)) return;
    const flow = this.out.text(place);
    await this.read(part, new TextWalk(flow, rules));
    flow.end();
  }

  /** Pushes everything that was not read as the document's own text. Call it last. */
  async pushRest(skipped: RegExp): Promise<void> {
    for (const part of [...this.#left]) {
      this.context.budget.check();
      await this.#pushOther(part, skipped);
    }
    if (this.#links.size === 0) return;
    const flow = this.out.text({ part: 'link' });
    for (const link of this.#links) flow.write(`${unescapeLink(link)}\n`);
    flow.end();
  }

  async #pushOther(part: string, skipped: RegExp): Promise<void> {
    if (part === '[content_types].xml') return;
    const rels = /^(.*?)_rels\/([^/]*)\.rels$/.exec(part);
    if (rels) {
      await this.relationships(`${rels[1]}${rels[2]}`);
      return;
    }
    const type = this.types.of(part) ?? '';
    if (!/\.xml$/.test(part) && !/[+/]xml$/.test(type)) {
      if (!/\.odttf$|obfuscatedfont/i.test(part + type)) await this.#pushMember(part);
      return;
    }
    if (skipped.test(part)) return;
    if (/properties/.test(type) || part.startsWith('docprops/')) {
      await this.#pushWalk(part, METADATA, { named: true, attributes: new Set(['name']) });
    } else if (/chart/.test(type + part)) await this.pushText(part, { part: 'chart' }, new Set(['v']));
    else if (/diagram/.test(type + part)) await this.#pushDiagram(part);
    else if (/^customxml\/item\d*\.xml$/.test(part)) {
      await this.#pushWalk(
        part,
        { part: 'custom-xml', hidden: 'custom-xml' },
        { named: true, attributes: 'all' },
      );
    } else await this.pushText(part, { part: 'other', hidden: 'other' }, new Set(['text']));
  }

  /** The drawing of a diagram repeats the text of its data. */
  async #pushDiagram(part: string): Promise<void> {
    if (/data\d*\.xml$/.test(part)) await this.pushText(part, { part: 'diagram' });
    else if (/drawing\d*\.xml$/.test(part) && !this.has(part.replace('drawing', 'data'))) {
      await this.pushText(part, { part: 'diagram' });
    }
  }

  async #pushMember(part: string): Promise<void> {
    const entry = this.opc.parts.get(part) as ZipEntry;
    this.#left.delete(part);
    // Chunks imported into the text (altChunk) are displayed; pictures and objects are embedded.
    const hidden = /afchunk|\.(mht|mhtml|html?)$/.test(part) ? undefined : 'embedded';
    const child = this.context.child(entry.name, () => this.zip.open(entry), {
      size: entry.size,
      hidden,
      declaredType: this.types.of(part),
      reopenable: true,
    });
    await this.out.member(child);
  }
}

/** Addresses in relationships are percent-encoded, which rules do not match. */
function unescapeLink(link: string): string {
  try {
    return decodeURI(link);
  } catch {
    return link;
  }
}

/** Bounds memory; more than any package has parts. */
const MAX_OVERRIDES = 1_000_000;

/** [Content_Types].xml: the type of a part by its name, or else by its extension. */
class ContentTypes implements XmlHandler {
  readonly #byPart = new Map<string, string>();
  readonly #byExtension = new Map<string, string>();

  open(name: string, attrs: { get(name: string): string | undefined }): void {
    if (this.#byPart.size > MAX_OVERRIDES) return;
    const type = (attrs.get('ContentType') ?? '').toLowerCase();
    if (name === 'Override') this.#byPart.set(partName(attrs.get('PartName') ?? ''), type);
    if (name === 'Default') this.#byExtension.set((attrs.get('Extension') ?? '').toLowerCase(), type);
  }

  close(): void {}

  text(): void {}

  of(part: string): string | undefined {
    const extension = part.slice(part.lastIndexOf('.') + 1);
    const type = this.#byPart.get(part) ?? this.#byExtension.get(extension);
    return type === 'application/xml' || type === 'text/xml' ? undefined : type;
  }
}
