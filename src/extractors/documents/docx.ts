/**
 * Word packages (docx, docm, dotx, dotm): body, headers, footers, notes, comments, text boxes, glossary,
 * settings and properties, each in its place; tracked deletions and hidden text apart and flagged; pictures
 * and embedded objects as members.
 */
import type { Content, ExtractContext, Extractor, PartWriter, Place } from '../../core/content.js';
import { pushText } from '../bytes/embedded.js';
import type { XmlHandler } from '../markup/xml.js';
import { DocumentText } from '../office/document-text.js';
import { OfficePackage } from './ooxml-package.js';
import { HiddenStyles } from './ooxml-styles.js';
import { OfficeText } from './ooxml-text.js';

/** Parts of the document's own text, in reading order: by content type, by usual name, and their place. */
const TEXT_PARTS: readonly (readonly [type: RegExp, name: RegExp, place: Place])[] = [
  [
    /document(\.macroenabled)?\.main|template(\.macroenabled(template)?)?\.main/,
    /^word\/document\d*\.xml$/,
    {},
  ],
  [/wordprocessingml\.header/, /^word\/header\d*\.xml$/, { part: 'header' }],
  [/wordprocessingml\.footer/, /^word\/footer\d*\.xml$/, { part: 'footer' }],
  [/wordprocessingml\.footnotes/, /^word\/footnotes\d*\.xml$/, { part: 'footnote' }],
  [/wordprocessingml\.endnotes/, /^word\/endnotes\d*\.xml$/, { part: 'endnote' }],
  [/wordprocessingml\.comments/, /^word\/comments\d*\.xml$/, { part: 'comment', hidden: 'comment' }],
  [/document\.glossary/, /^word\/glossary\/document\.xml$/, { part: 'glossary', hidden: 'glossary' }],
];

/** Parts that only affect appearance, or hold ids. */
const LOOKS =
  /(^|\/)(styles|stylesWithEffects|fontTable|numbering|webSettings|theme\d*|themeOverride\d*|commentsExtended|commentsIds|commentsExtensible|itemProps\d*|vbaData|colors\d*|style\d*|layout\d*|quickStyle\d*)\.xml$/i;

export const docxExtractor: Extractor = {
  extract,
};

async function extract(_: Content, out: PartWriter, context: ExtractContext): Promise<void> {
  const office = await OfficePackage.open(out, context);
  const styles = new HiddenStyles();
  for (const part of office.partsOf(/wordprocessingml\.styles/, /^word\/styles\.xml$/)) {
    await office.read(part, styles);
  }
  const options = { hiddenStyles: styles.ids(), authors: new Set<string>() };
  for (const [type, name, place] of TEXT_PARTS) {
    for (const part of office.partsOf(type, name)) {
      const text = new DocumentText(out, place);
      await office.read(part, new OfficeText(text, options));
      text.end();
    }
  }
  const settings = new SettingsValues(options.authors);
  const settingsParts = office.partsOf(
    /wordprocessingml\.(settings|people)/,
    /^word\/(glossary\/)?(settings|people)\.xml$/,
  );
  for (const part of settingsParts) await office.read(part, settings);
  settings.push(out);
  await office.pushRest(LOOKS);
}

/** Bounds memory; real documents have some dozens. */
const MAX_SETTINGS = 100_000;

/** Document variables, mail-merge sources and the names of people from settings.xml and people.xml. */
class SettingsValues implements XmlHandler {
  readonly #lines: string[] = [];

  constructor(private readonly authors: Set<string>) {}

  open(name: string, attrs: { get(name: string): string | undefined }): void {
    if (name === 'person') this.authors.add(attrs.get('author') ?? '');
    if (this.#lines.length > MAX_SETTINGS) return;
    if (name === 'docVar') this.#lines.push(`${attrs.get('name') ?? ''}: ${attrs.get('val') ?? ''}`);
    if (/^(connectString|query|udl|table|addressFieldName|mailSubject)$/.test(name)) {
      this.#lines.push(`${name}: ${attrs.get('val') ?? ''}`);
    }
  }

  close(): void {}

  text(): void {}

  push(out: PartWriter): void {
    const place = { part: 'metadata', hidden: 'metadata' };
    pushText(out, place, this.#lines.join('\n'));
    pushText(out, place, [...this.authors].map((author) => `author: ${author}`).join('\n'));
  }
}
