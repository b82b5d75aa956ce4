/**
 * Page text by pdf.js, for documents and pages that PDFium cannot read. Runs in this thread, without network,
 * scripts, fonts or canvas; loaded on demand. Throws `encrypted` and `corrupt`.
 */
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import type { ExtractContext } from '../../core/content.js';
import { LeaksiftError } from '../../core/errors.js';

type Pdfjs = typeof import('pdfjs-dist/legacy/build/pdf.mjs');
type Document = Awaited<ReturnType<Pdfjs['getDocument']>['promise']>;

export type PdfjsDocument = {
  readonly pageCount: number;
  /** Text of page `index` (from 0), lines separated by CR LF as in PDFium. */
  pageText(index: number): Promise<string>;
  /** Annotations, links and form fields of a page, as lines. */
  pageExtras(index: number): Promise<PageExtras>;
  /** Document information and XMP, as lines. */
  metadata(): Promise<string>;
  attachments(): Promise<readonly { readonly name: string; readonly bytes: Uint8Array }[]>;
  close(): Promise<void>;
};

export type PageExtras = { readonly notes: string; readonly links: string; readonly fields: string };

let loaded: Promise<Pdfjs> | undefined;

/** pdf.js needs these at import but uses them only to draw; without them it loads a native canvas. */
function load(): Promise<Pdfjs> {
  const names = globalThis as Record<string, unknown>;
  for (const name of ['DOMMatrix', 'ImageData', 'Path2D']) names[name] ??= class {};
  loaded ??= import('pdfjs-dist/legacy/build/pdf.mjs');
  return loaded;
}

/** pdf.js may detach its input, so each attempt gets a copy of `bytes`. */
export async function openWithPdfjs(bytes: Uint8Array, context: ExtractContext): Promise<PdfjsDocument> {
  const pdfjs = await load();
  const root = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
  let last: unknown;
  for (const password of [undefined, ...context.options.passwords]) {
    context.budget.check();
    const task = pdfjs.getDocument({
      data: new Uint8Array(bytes),
      password,
      verbosity: 0,
      isEvalSupported: false,
      useWorkerFetch: false,
      useSystemFonts: false,
      disableFontFace: true,
      enableXfa: false,
      cMapUrl: join(root, 'cmaps') + sep,
      cMapPacked: true,
      standardFontDataUrl: join(root, 'standard_fonts') + sep,
      wasmUrl: join(root, 'wasm') + sep,
    });
    try {
      return opened(await task.promise, () => task.destroy());
    } catch (error) {
      last = error;
      await task.destroy();
      if ((error as { name?: unknown }).name !== 'PasswordException') break;
    }
  }
  const needsPassword = (last as { name?: unknown } | undefined)?.name === 'PasswordException';
  throw needsPassword
    ? new LeaksiftError('encrypted', 'pdf: needs a password')
    : new LeaksiftError('corrupt', 'pdf: no document found', { cause: last });
}

function opened(document: Document, close: () => Promise<void>): PdfjsDocument {
  return {
    pageCount: document.numPages,
    async pageText(index) {
      const page = await document.getPage(index + 1);
      const { items } = await page.getTextContent();
      let text = '';
      for (const item of items) if ('str' in item) text += item.hasEOL ? `${item.str}\r\n` : item.str;
      page.cleanup();
      return text;
    },
    async pageExtras(index) {
      const page = await document.getPage(index + 1);
      return extrasOf(await page.getAnnotations());
    },
    async metadata() {
      const { info, metadata } = await document.getMetadata();
      const lines = Object.entries(info).filter(([, value]) => typeof value === 'string');
      return [...lines.map(([key, value]) => `${key}: ${value}`), metadata?.getRaw() ?? ''].join('\n');
    },
    async attachments() {
      const found: unknown = await document.getAttachments();
      return Object.values((found ?? {}) as Record<string, { filename?: unknown; content?: unknown }>)
        .filter(({ content }) => content instanceof Uint8Array)
        .map(({ filename, content }) => ({ name: textOf(filename), bytes: content as Uint8Array }));
    },
    close,
  };
}

function extrasOf(annotations: readonly unknown[]): PageExtras {
  const [notes, links, fields]: [string[], string[], string[]] = [[], [], []];
  for (const annotation of annotations as readonly Record<string, unknown>[]) {
    const { contentsObj, titleObj, url, unsafeUrl, fieldName, fieldValue } = annotation;
    const contents = textOf((contentsObj as { str?: unknown } | undefined)?.str);
    const title = textOf((titleObj as { str?: unknown } | undefined)?.str);
    if (contents) notes.push(title ? `${title}: ${contents}` : contents);
    if (url ?? unsafeUrl) links.push(textOf(unsafeUrl ?? url));
    if (fieldValue) fields.push(`${textOf(fieldName)}: ${[fieldValue].flat().map(textOf).join(', ')}`);
  }
  return { notes: notes.join('\n'), links: links.join('\n'), fields: fields.join('\n') };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
