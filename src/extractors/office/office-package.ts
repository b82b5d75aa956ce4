/**
 * Reads the parts of a zip-based Office package for its extractors: XML into handlers, text into flows, the rest as
 * members; each part once. A part that cannot be read is recorded, and reading continues.
 */
import type { ExtractContext, PartWriter, Place } from '../../core/content.js';
import { openZip, type ZipArchive, type ZipEntry } from '../archives/zip-entries.js';
import { notePartFault } from '../bytes/part-faults.js';
import { type XmlHandler, XmlReader } from '../markup/xml.js';
import { TextWalk, type TextWalkRules } from '../markup/xml-text.js';
import { OpcPackage, type Relationship } from './opc.js';

export class OfficePackage {
  /** Compressed size of the whole. */
  readonly size: number;
  readonly #visited = new Set<string>();
  readonly #opc: OpcPackage;

  private constructor(
    private readonly zip: ZipArchive,
    entries: readonly ZipEntry[],
    readonly io: { readonly out: PartWriter; readonly context: ExtractContext; readonly size: number },
  ) {
    this.size = io.size;
    this.#opc = new OpcPackage(entries);
  }

  static async open(out: PartWriter, context: ExtractContext): Promise<OfficePackage> {
    const access = await context.randomAccess();
    const zip = await openZip(access, context.budget);
    const entries = await zip.list();
    if (zip.problem) out.partial(zip.problem);
    return new OfficePackage(zip, entries, { out, context, size: access.size });
  }

  has(part: string): boolean {
    return this.#opc.parts.has(part);
  }

  /** Takes `part`; false if it does not exist or was taken before. */
  take(part: string): boolean {
    if (!this.has(part) || this.#visited.has(part)) return false;
    this.#visited.add(part);
    return true;
  }

  /** The parts not taken yet. */
  *rest(): Generator<string> {
    for (const part of this.#opc.parts.keys()) if (!this.#visited.has(part)) yield part;
  }

  /** The first part that matches `pattern`, by name. */
  search(pattern: RegExp): string | undefined {
    for (const part of this.#opc.parts.keys()) if (pattern.test(part)) return part;
    return undefined;
  }

  async relationships(part: string): Promise<Relationship[]> {
    return await this.#opc.relationships(part, (entry, handler) => this.#pump(entry, handler));
  }

  /** Feeds a part's XML to `handler`; `between` runs after each chunk. False if it was cut or broken. */
  async xml(part: string, handler: XmlHandler, between?: () => Promise<void>): Promise<boolean> {
    const entry = this.#opc.parts.get(part);
    return entry !== undefined && (await this.#pump(entry, handler, between));
  }

  async #pump(entry: ZipEntry, handler: XmlHandler, between?: () => Promise<void>): Promise<boolean> {
    const { out } = this.io;
    const reader = new XmlReader(handler);
    try {
      for await (const chunk of this.zip.open(entry)) {
        reader.write(chunk);
        await between?.();
        await out.ready();
      }
    } catch (error) {
      reader.end();
      notePartFault(out, error);
      return false;
    }
    reader.end();
    if (reader.damaged) out.partial('corrupt');
    return !reader.damaged;
  }

  /** Writes a part's character data as one run of text. Opens nothing for a part without text. */
  async text(part: string, place: Place, rules: TextWalkRules = {}): Promise<void> {
    const flow = this.io.out.text(place);
    try {
      await this.xml(part, new TextWalk(flow, rules));
    } finally {
      flow.end();
    }
  }

  /** A part's name as written in the package. */
  originalName(part: string): string {
    return this.#opc.parts.get(part)?.name ?? part;
  }

  /** A part's bytes. Throws as ZipArchive.open does. */
  async *bytes(part: string): AsyncGenerator<Buffer> {
    const entry = this.#opc.parts.get(part);
    if (entry) yield* this.zip.open(entry);
  }

  /** Pushes a part as a member under its own name. */
  async member(part: string, hidden?: string): Promise<void> {
    const entry = this.#opc.parts.get(part);
    if (!entry) return;
    const { out, context } = this.io;
    const open = () => this.zip.open(entry);
    await out.member(context.child(entry.name, open, { size: entry.size, hidden, reopenable: true }));
  }

  /** The part that the package names as its main document. */
  async mainPart(fallback: RegExp): Promise<string | undefined> {
    const rels = await this.relationships('');
    const named = rels.find((rel) => rel.type === 'officeDocument' && this.has(rel.target));
    return named?.target ?? this.search(fallback);
  }
}
