/**
 * PowerPoint packages (pptx, pptm, ppsx, potx): slides in order with their number as page, hidden slides,
 * notes and comments flagged, tables as tables, then layouts, charts, diagrams, properties and media.
 */
import type { Content, ExtractContext, Extractor, PartWriter, Place } from '../../core/content.js';
import type { XmlHandler } from '../markup/xml.js';
import type { XmlAttributes } from '../markup/xml-attributes.js';
import { DocumentText } from '../office/document-text.js';
import { OfficePackage } from './ooxml-package.js';
import { OfficeText } from './ooxml-text.js';

/** Parts that only affect appearance, or hold ids. */
const LOOKS =
  /(^|\/)(theme\d*|themeOverride\d*|presProps|viewProps|tableStyles|revisionInfo|colors\d*|style\d*|layout\d*|quickStyle\d*|itemProps\d*)\.xml$/i;
const COMMENT_TEXT = new Set(['text']);

export const pptxExtractor: Extractor = {
  extract,
};

async function extract(_: Content, out: PartWriter, context: ExtractContext): Promise<void> {
  const office = await OfficePackage.open(out, context);
  const slides = await slidesInOrder(office);
  for (const [index, slide] of slides.entries()) await pushSlide(office, slide, index + 1);
  const authors = new AuthorNames();
  for (const part of office.partsOf(
    /commentauthors|presentationml\.authors|powerpoint\.authors/,
    /authors\.xml$/i,
  )) {
    await office.read(part, authors);
  }
  authors.push(out);
  for (const [type, name, place] of FRAMES) {
    for (const part of office.partsOf(type, name)) await office.pushText(part, place);
  }
  await office.pushRest(LOOKS);
}

/** Bounds memory. Further slides are read in the order of their names. */
const MAX_SLIDES = 100_000;
const MAX_AUTHORS = 10_000;
/** Masters and layouts: mostly prompts, but also footers and addresses. */
const FRAMES: readonly (readonly [type: RegExp, name: RegExp, place: Place])[] = [
  [/slidemaster/, /slidemasters\/[^/]*\.xml$/, { part: 'master' }],
  [/slidelayout/, /slidelayouts\/[^/]*\.xml$/, { part: 'layout' }],
  [/notesmaster|handoutmaster/, /(notes|handout)masters\/[^/]*\.xml$/, { part: 'master', hidden: 'notes' }],
];

/** Slides as the presentation lists them, then any that it does not list. */
async function slidesInOrder(office: OfficePackage): Promise<string[]> {
  const [presentation] = office.partsOf(
    /presentationml\.(presentation|slideshow|template)|ms-powerpoint\.\w+\.macroenabled\.main/,
    /^ppt\/presentation\.xml$/,
  );
  const ids: string[] = [];
  const targets = new Map<string, string>();
  if (presentation) {
    for (const { id, target } of await office.relationships(presentation)) targets.set(id, target);
    await office.read(presentation, {
      open(name, attrs) {
        if (name === 'sldId' && ids.length < MAX_SLIDES) ids.push(attrs.prefixed('id') ?? '');
      },
      close() {},
      text() {},
    });
  }
  const listed = ids.map((id) => targets.get(id)).filter((part) => part !== undefined && office.has(part));
  const all = office.partsOf(/presentationml\.slide\+xml/, /^ppt\/slides\/[^/]*\.xml$/);
  return [...new Set([...(listed as string[]), ...all])];
}

async function pushSlide(office: OfficePackage, slide: string, page: number): Promise<void> {
  const text = new SlideText(office, page);
  await office.read(slide, text);
  text.end();
  const hidden = text.isHidden ? 'hidden-slide' : undefined;
  for (const { type, target, external } of await office.relationships(slide)) {
    if (external) continue;
    if (type === 'notesSlide') await office.pushText(target, { page, part: 'notes', hidden: 'notes' });
    else if (/comments$/i.test(type)) {
      await office.pushText(target, { page, part: 'comment', hidden: 'comment' }, COMMENT_TEXT);
    } else if (/^(chart|chartEx)$/.test(type)) {
      await office.pushText(target, { page, part: 'chart', hidden }, new Set(['v']));
    } else if (type === 'diagramData') await office.pushText(target, { page, part: 'diagram', hidden });
  }
}

/** A slide's text. Its first element says whether the slide is hidden, so the place waits for it. */
class SlideText implements XmlHandler {
  isHidden = false;
  #text: DocumentText | undefined;
  #reader: OfficeText | undefined;

  constructor(
    private readonly office: OfficePackage,
    private readonly page: number,
  ) {}

  open(name: string, attrs: XmlAttributes): void {
    this.#reader ??= this.#start(attrs);
    this.#reader.open(name, attrs);
  }

  #start(attrs: XmlAttributes): OfficeText {
    const show = attrs.get('show');
    this.isHidden = show === '0' || show === 'false';
    const place = this.isHidden ? { page: this.page, hidden: 'hidden-slide' } : { page: this.page };
    this.#text = new DocumentText(this.office.out, place);
    return new OfficeText(this.#text);
  }

  close(name: string): void {
    this.#reader?.close(name);
  }

  text(text: string): void {
    this.#reader?.text(text);
  }

  end(): void {
    this.#text?.end();
  }
}

/** Names of comment authors. */
class AuthorNames implements XmlHandler {
  readonly #names = new Set<string>();

  open(name: string, attrs: XmlAttributes): void {
    if ((name !== 'cmAuthor' && name !== 'author') || this.#names.size > MAX_AUTHORS) return;
    for (const key of ['name', 'userId']) this.#names.add(attrs.get(key) ?? '');
  }

  close(): void {}

  text(): void {}

  push(out: PartWriter): void {
    this.#names.delete('');
    if (this.#names.size === 0) return;
    const flow = out.text({ part: 'metadata', hidden: 'metadata' });
    for (const name of this.#names) flow.write(`author: ${name}\n`);
    flow.end();
  }
}
