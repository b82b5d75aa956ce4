/**
 * Reads what a PDF holds besides page text, through PDFium: annotations, links and form fields of a page;
 * attachments, outline, scripts (never run), document information and XFA data of the document.
 */
import type { ExtractContext, PartWriter } from '../../core/content.js';
import { pushEmbedded, pushText } from '../bytes/embedded.js';
import type { PdfDocument } from './pdf-document.js';
import { copyOut, heapOf, readString, withMemory } from './pdfium-engine.js';

const LINK = 2;
const FREE_TEXT = 3;
const WIDGET = 20;
/** Annotation flags Invisible, Hidden and NoView. */
const HIDDEN_FLAGS = 1 | 2 | 32;
const URI_ACTION = 3;
/** No real document has more annotations on one page, or outline entries. */
const MAX_ENTRIES = 100_000;

type Found = { notes: string[]; shown: string[]; links: string[]; fields: string[]; hiddenFields: string[] };

/** Annotations, links and form fields of one page, and the files attached to annotations. */
export async function pushPageExtras(
  document: PdfDocument,
  page: { handle: number; number: number; form: number },
  out: PartWriter,
  context: ExtractContext,
): Promise<void> {
  const { api } = document;
  const count = Math.min(api.FPDFPage_GetAnnotCount(page.handle), MAX_ENTRIES);
  if (count <= 0) return;
  const found: Found = { notes: [], shown: [], links: [], fields: [], hiddenFields: [] };
  const files: number[] = [];
  for (let i = 0; i < count; i++) {
    if (i % 256 === 0) context.budget.check();
    const annotation = api.FPDFPage_GetAnnot(page.handle, i);
    if (annotation === 0) continue;
    readAnnotation(document, annotation, page.form, found);
    const file = api.FPDFAnnot_GetFileAttachment(annotation);
    if (file !== 0) files.push(file);
    api.FPDFPage_CloseAnnot(annotation);
  }
  const at = { page: page.number };
  pushText(out, { ...at, part: 'annotation', hidden: 'annotation' }, found.notes.join('\n'));
  pushText(out, { ...at, part: 'annotation' }, found.shown.join('\n'));
  pushText(out, { ...at, part: 'link' }, found.links.join('\n'));
  pushText(out, { ...at, part: 'form-field' }, found.fields.join('\n'));
  pushText(out, { ...at, part: 'form-field', hidden: 'form-field' }, found.hiddenFields.join('\n'));
  for (const file of files) await pushAttachment(document, file, out, context);
}

function readAnnotation(document: PdfDocument, annotation: number, form: number, found: Found): void {
  const { api } = document;
  const text = (key: string) =>
    readString(api, (pointer, bytes) => api.FPDFAnnot_GetStringValue(annotation, key, pointer, bytes));
  const subtype = api.FPDFAnnot_GetSubtype(annotation);
  const isHidden = (api.FPDFAnnot_GetFlags(annotation) & HIDDEN_FLAGS) !== 0;
  if (subtype === WIDGET) {
    const line = fieldLine(document, annotation, form) || [text('T'), text('V')].filter(Boolean).join(': ');
    if (line) (isHidden ? found.hiddenFields : found.fields).push(line);
    return;
  }
  if (subtype === LINK) {
    const target = linkTarget(document, annotation);
    if (target) found.links.push(target);
    if (text('Contents')) found.links.push(text('Contents'));
    return;
  }
  const contents = [text('Contents'), text('Subj')].filter(Boolean).join('\n');
  if (contents === '') return;
  const author = text('T');
  const isShown = subtype === FREE_TEXT && !isHidden;
  (isShown ? found.shown : found.notes).push(author ? `${author}: ${contents}` : contents);
}

/** `name: value`, so that the name is the value's context. */
function fieldLine({ api }: PdfDocument, annotation: number, form: number): string {
  if (form === 0) return '';
  const name = readString(api, (p, n) => api.FPDFAnnot_GetFormFieldName(form, annotation, p, n));
  const label = readString(api, (p, n) => api.FPDFAnnot_GetFormFieldAlternateName(form, annotation, p, n));
  const value = readString(api, (p, n) => api.FPDFAnnot_GetFormFieldValue(form, annotation, p, n));
  if (value === '') return label;
  const names = label !== '' && label !== name ? `${name} (${label})` : name;
  return `${names}: ${value}`;
}

function linkTarget({ api, handle }: PdfDocument, annotation: number): string {
  const link = api.FPDFAnnot_GetLink(annotation);
  const action = link === 0 ? 0 : api.FPDFLink_GetAction(link);
  if (action === 0) return '';
  if (api.FPDFAction_GetType(action) === URI_ACTION) {
    return readString(api, (p, n) => api.FPDFAction_GetURIPath(handle, action, p, n), 'latin1');
  }
  return readString(api, (p, n) => api.FPDFAction_GetFilePath(action, p, n), 'latin1');
}

/** Attachments, outline, scripts, document information and XFA data. */
export async function pushDocumentExtras(
  document: PdfDocument,
  out: PartWriter,
  context: ExtractContext,
): Promise<void> {
  const { api, handle } = document;
  pushText(out, { part: 'metadata', hidden: 'metadata' }, information(document));
  pushText(out, { part: 'outline' }, outline(document));
  const scripts = Math.min(api.FPDFDoc_GetJavaScriptActionCount(handle), MAX_ENTRIES);
  for (let i = 0; i < scripts; i++) {
    const script = api.FPDFDoc_GetJavaScriptAction(handle, i);
    if (script === 0) continue;
    const source = readString(api, (p, n) => api.FPDFJavaScriptAction_GetScript(script, p, n));
    pushText(out, { part: 'script', hidden: 'script' }, source);
    api.FPDFDoc_CloseJavaScriptAction(script);
  }
  const files = Math.min(api.FPDFDoc_GetAttachmentCount(handle), MAX_ENTRIES);
  for (let i = 0; i < files; i++) {
    const file = api.FPDFDoc_GetAttachment(handle, i);
    if (file === 0) out.partial('corrupt', 'attachment');
    else await pushAttachment(document, file, out, context);
  }
  await pushForms(document, out, context);
}

function information({ api, handle }: PdfDocument): string {
  const lines: string[] = [];
  const keys = Math.min(api.EPDF_GetMetaKeyCount(handle, false), MAX_ENTRIES);
  for (let i = 0; i < keys; i++) {
    const key = readString(api, (p, n) => api.EPDF_GetMetaKeyName(handle, i, false, p, n), 'latin1');
    const value = readString(api, (p, n) => api.FPDF_GetMetaText(handle, key, p, n));
    if (value) lines.push(`${key}: ${value}`);
  }
  return lines.join('\n');
}

/** Titles in reading order. Outlines of hostile documents can be circular: each entry is read once. */
function outline({ api, handle }: PdfDocument): string {
  const titles: string[] = [];
  const seen = new Set<number>();
  const open = [api.FPDFBookmark_GetFirstChild(handle, 0)];
  while (open.length > 0 && seen.size < MAX_ENTRIES) {
    const entry = open.pop() as number;
    if (entry === 0 || seen.has(entry)) continue;
    seen.add(entry);
    titles.push(readString(api, (p, n) => api.FPDFBookmark_GetTitle(entry, p, n)));
    open.push(api.FPDFBookmark_GetNextSibling(handle, entry), api.FPDFBookmark_GetFirstChild(handle, entry));
  }
  return titles.join('\n');
}

async function pushAttachment(
  { api }: PdfDocument,
  file: number,
  out: PartWriter,
  context: ExtractContext,
): Promise<void> {
  const name = readString(api, (p, n) => api.FPDFAttachment_GetName(file, p, n)) || 'attachment';
  const description = readString(api, (p, n) => api.EPDFAttachment_GetDescription(file, p, n));
  pushText(out, { part: 'attachment', hidden: 'attachment' }, description);
  const bytes = readSized(
    (p, n, size) => api.FPDFAttachment_GetFile(file, p, n, size),
    api,
    context.budget.limits.maxParseBytes,
  );
  if (bytes === undefined) out.partial('corrupt', 'attachment');
  else await pushEmbedded(out, context, { name, bytes, hidden: 'attachment' });
}

/** An XFA form has some ten packets. */
const MAX_XFA_PACKETS = 100;

async function pushForms(
  { api, handle }: PdfDocument,
  out: PartWriter,
  context: ExtractContext,
): Promise<void> {
  const packets = Math.min(api.FPDF_GetXFAPacketCount(handle), MAX_XFA_PACKETS);
  for (let i = 0; i < packets; i++) {
    const name = readString(api, (p, n) => api.FPDF_GetXFAPacketName(handle, i, p, n), 'latin1');
    if (name !== 'datasets' && name !== 'template') continue;
    const bytes = readSized(
      (p, n, size) => api.FPDF_GetXFAPacketContent(handle, i, p, n, size),
      api,
      context.budget.limits.maxParseBytes,
    );
    if (bytes) await pushEmbedded(out, context, { name: `xfa-${name}.xml`, bytes, hidden: 'form-field' });
  }
}

type SizedGet = (pointer: number, bytes: number, size: number) => boolean;

/** Reads bytes by PDFium's other convention: the length is returned through a pointer. */
function readSized(get: SizedGet, api: PdfDocument['api'], maxBytes: number): Buffer | undefined {
  return withMemory(api, 8, (size) => {
    const length = () => new DataView(heapOf(api).buffer, size, 4).getUint32(0, true);
    if (!get(0, 0, size)) return undefined;
    const need = length();
    if (need === 0) return Buffer.alloc(0);
    if (need > maxBytes) return undefined;
    return withMemory(api, need, (pointer) =>
      get(pointer, need, size) ? copyOut(api, pointer, Math.min(need, length())) : undefined,
    );
  });
}
