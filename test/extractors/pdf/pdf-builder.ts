/** Builds small PDFs by hand for tests: numbered objects in, bytes with a right cross-reference table out. */
import { deflateSync } from 'node:zlib';

export type PdfObject =
  | string
  | { readonly dict: string; readonly stream: string | Uint8Array; readonly deflate?: boolean };

/** Objects from 1 on; object 1 is the catalog. */
export function buildPdf(objects: readonly PdfObject[], trailer = ''): Buffer {
  const chunks: Buffer[] = [Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1')];
  const offsets: number[] = [];
  let at = (chunks[0] as Buffer).length;
  const push = (bytes: Buffer) => {
    chunks.push(bytes);
    at += bytes.length;
  };
  objects.forEach((object, i) => {
    offsets.push(at);
    push(Buffer.from(`${i + 1} 0 obj\n`));
    push(body(object));
    push(Buffer.from('\nendobj\n'));
  });
  const start = at;
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  push(Buffer.from(`xref\n0 ${size}\n0000000000 65535 f \n${rows}`));
  push(Buffer.from(`trailer\n<< /Size ${size} /Root 1 0 R ${trailer} >>\nstartxref\n${start}\n%%EOF\n`));
  return Buffer.concat(chunks);
}

function body(object: PdfObject): Buffer {
  if (typeof object === 'string') return Buffer.from(object, 'latin1');
  const raw =
    typeof object.stream === 'string' ? Buffer.from(object.stream, 'latin1') : Buffer.from(object.stream);
  const data = object.deflate ? deflateSync(raw) : raw;
  const filter = object.deflate ? '/Filter /FlateDecode' : '';
  return Buffer.concat([
    Buffer.from(`<< ${object.dict} ${filter} /Length ${data.length} >>\nstream\n`),
    data,
    Buffer.from('\nendstream'),
  ]);
}

/** Lines of text, each 14 points below the other. */
export function pageContent(lines: readonly string[]): string {
  const shown = lines.map((line) => `(${line.replace(/[()\\]/g, '\\$&')}) Tj T*`).join('\n');
  return `BT /F1 11 Tf 14 TL 50 750 Td\n${shown}\nET`;
}

const FONT = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>';

export type SimplePdf = {
  /** Lines of each page; an empty list is a blank page. */
  readonly pages: readonly (readonly string[])[];
  /** More entries of the catalog, of every page and of the trailer. */
  readonly catalog?: string;
  readonly page?: string;
  readonly trailer?: string;
  /** Objects from 4 on. */
  readonly more?: readonly PdfObject[];
};

/** 1 catalog, 2 pages, 3 font, then `more`, then two objects a page. */
export function simplePdf(simple: SimplePdf): Buffer {
  const more = simple.more ?? [];
  const first = 4 + more.length;
  const kids = simple.pages.map((_, i) => `${first + 2 * i} 0 R`).join(' ');
  const objects: PdfObject[] = [
    `<< /Type /Catalog /Pages 2 0 R ${simple.catalog ?? ''} >>`,
    `<< /Type /Pages /Kids [${kids}] /Count ${simple.pages.length} >>`,
    FONT,
    ...more,
  ];
  simple.pages.forEach((lines, i) => {
    const contents = first + 2 * i + 1;
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents ${contents} 0 R ${simple.page ?? ''} >>`,
      { dict: '', stream: lines.length > 0 ? pageContent(lines) : '', deflate: true },
    );
  });
  return buildPdf(objects, simple.trailer);
}
