import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Extractor } from '../../../src/core/content.js';
import { pdfExtractor } from '../../../src/extractors/pdf/pdf.js';
import { extractWithPdfjs } from '../../../src/extractors/pdf/pdf-fallback.js';
import { PageReport, pageList } from '../../../src/extractors/pdf/pdf-report.js';
import { allText, type Collected, type CollectOptions, collect } from '../collect.js';
import { buildPdf, simplePdf } from './pdf-builder.js';

const read = (bytes: Uint8Array, options?: CollectOptions) => collect(pdfExtractor, bytes, options);
const at = (out: Collected, part: string | undefined, hidden?: string) =>
  out.texts
    .filter((t) => t.place.part === part && t.place.hidden === hidden)
    .map((t) => t.text)
    .join('\n');

const attachment = simplePdf({ pages: [['inner secret']] });
const more = [
  '<< /Type /Annot /Subtype /Text /Rect [10 10 20 20] /Contents (note 07700 900456) /T (Ann Other) >>', // 4
  '<< /Type /Annot /Subtype /Link /Rect [10 10 20 20] /A << /S /URI /URI (mailto:link@example.com) >> >>', // 5
  '<< /Type /Annot /Subtype /Widget /FT /Tx /T (phone) /V (01 99 00 12 34) /Rect [10 30 90 40] /F 4 >>', // 6
  '<< /Type /Annot /Subtype /Widget /FT /Tx /T (secret) /V (hidden value) /Rect [10 50 90 60] /F 2 >>', // 7
  { dict: '/Type /EmbeddedFile', stream: attachment }, // 8
  '<< /Type /Filespec /F (inner.pdf) /UF (inner.pdf) /EF << /F 8 0 R >> >>', // 9
  {
    dict: '/Type /Metadata /Subtype /XML',
    stream:
      '<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:creator><rdf:li>Xavier Metadata</rdf:li></dc:creator></x:xmpmeta>',
    deflate: true,
  }, // 10
  '<< /Author (Info Author) /Department (Custom Key) >>', // 11
  '<< /Title (Outline title) /Parent 13 0 R /Next 12 0 R >>', // 12: a circle
  '<< /First 12 0 R /Last 12 0 R /Count 1 >>', // 13
  '<< /S /JavaScript /JS (app.alert\\(1\\)) >>', // 14
  '<< /Type /Annot /Subtype /FileAttachment /Rect [10 10 20 20] /FS 16 0 R >>', // 15
  '<< /Type /Filespec /F (pinned.txt) /EF << /F 17 0 R >> >>', // 16
  { dict: '/Type /EmbeddedFile', stream: 'pinned bytes' }, // 17
];
const everything = simplePdf({
  pages: [['first'], ['second']],
  more,
  page: '/Annots [4 0 R 5 0 R 6 0 R 7 0 R 15 0 R]',
  catalog:
    '/AcroForm << /Fields [6 0 R 7 0 R] /DA (/F1 11 Tf) >> /Metadata 10 0 R /Outlines 13 0 R /Names << /EmbeddedFiles << /Names [(inner.pdf) 9 0 R] >> /JavaScript << /Names [(s) 14 0 R] >> >>',
  trailer: '/Info 11 0 R',
});

describe('pdf page text', () => {
  it('gives each page its number', async () => {
    const out = await read(simplePdf({ pages: [['Badge 7368886'], ['Second page', 'phone 07700 900123']] }));
    expect(out.error).toBeUndefined();
    expect(out.texts.map((t) => [t.place.page, t.text.trim()])).toEqual([
      [1, 'Badge 7368886'],
      [2, 'Second page\nphone 07700 900123'],
    ]);
    expect(out.partial).toEqual([]);
  });

  it('rejoins words and numbers broken at a line end', async () => {
    const long = 'This line of prose is long enough to have been broken by the margin alone, and num';
    const out = await read(
      simplePdf({
        pages: [
          [`${long}-`, 'bers such as 06 39 98-', '12 34 are read; so is marie-', 'claire@example.com', 'x'],
        ],
      }),
    );
    const text = at(out, undefined);
    expect(text).toContain('numbers such as');
    expect(text).toContain('06 39 98-12 34');
    expect(allText(out)).toContain('marie-claire@example.com');
  });

  it('joins full lines with a blank and keeps short ones apart', async () => {
    const prose = 'The account to be used for every payment of this kind is GB33 BUKB 2020 1555';
    const out = await read(
      simplePdf({ pages: [[prose, '5555 55 and no other.', 'Name: Ada', 'Rank: Captain']] }),
    );
    expect(at(out, undefined)).toContain('2020 1555 5555 55 and');
    expect(at(out, undefined)).toContain('Name: Ada\nRank: Captain');
  });

  it('keeps the rows of a table apart', async () => {
    const rows = [
      '1 Sample Ada Sergeant Lurgan 7368886 07700 900123',
      '2 Person Bob Constable Omagh 7368887 07700 900124',
    ];
    const out = await read(simplePdf({ pages: [rows] }));
    expect(at(out, undefined).trim()).toBe(rows.join('\n'));
  });

  it('names pages that hold no text, but not blank ones among others', async () => {
    const pages = [['words'], [], ['more words']];
    expect((await read(simplePdf({ pages }))).partial).toEqual([]);
    expect((await read(simplePdf({ pages: [[]] }))).partial).toEqual(['no-text-layer']);
    const scan = buildPdf([
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Resources << /XObject << /I 5 0 R >> >> /Contents 4 0 R >>',
      { dict: '', stream: 'q 100 0 0 100 0 0 cm /I Do Q' },
      {
        dict: '/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8',
        stream: '\x40',
      },
    ]);
    expect((await read(scan)).partial).toEqual(['no-text-layer']);
  });
});

describe('pdf beside the pages', () => {
  it('finds and flags annotations, fields, metadata, links, outline and scripts', async () => {
    const out = await read(everything);
    expect(out.error).toBeUndefined();
    expect(at(out, 'annotation', 'annotation')).toContain('Ann Other: note 07700 900456');
    expect(at(out, 'link')).toContain('mailto:link@example.com');
    expect(at(out, 'form-field')).toContain('phone: 01 99 00 12 34');
    expect(at(out, 'form-field')).not.toContain('hidden value');
    expect(at(out, 'form-field', 'form-field')).toContain('secret: hidden value');
    expect(at(out, 'metadata', 'metadata')).toContain('Author: Info Author');
    expect(at(out, 'metadata', 'metadata')).toContain('Department: Custom Key');
    expect(at(out, 'metadata', 'metadata')).toContain('Xavier Metadata');
    expect(at(out, 'outline')).toBe('Outline title');
    expect(at(out, 'script', 'script')).toContain('app.alert');
  });

  it('hands attachments of the document and of annotations on', async () => {
    const out = await read(everything);
    expect(out.members.map((m) => [m.name, m.hidden])).toContainEqual(['inner.pdf', 'attachment']);
    const inner = out.members.find((m) => m.name === 'inner.pdf');
    expect(inner?.bytes.equals(attachment)).toBe(true);
    expect(out.members.find((m) => m.name === 'pinned.txt')?.bytes.toString()).toBe('pinned bytes');
  });
});

describe('encrypted pdf', () => {
  // Made once with LibreOffice from one line of text.
  const bytes = readFileSync(new URL('../encrypted/text.pdf', import.meta.url));

  it('opens with a given password, else says encrypted', async () => {
    expect((await read(bytes)).error).toMatchObject({ code: 'encrypted' });
    const out = await read(bytes, { options: { passwords: ['wrong', 'correct horse'] } });
    expect(allText(out)).toContain('PDF secret 07700 900123');
  });
});

describe('large pdf', () => {
  it('is read block by block from its file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pdf-test-'));
    try {
      const localPath = join(folder, 'a.pdf');
      const bytes = simplePdf({ pages: [['from a file']] });
      writeFileSync(localPath, bytes);
      const out = await read(bytes, { localPath, limits: { maxMemoryBytes: 10 } });
      expect(allText(out)).toContain('from a file');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the second reader', () => {
  it('gives pages, notes, fields, links, metadata and attachments', async () => {
    const second: Extractor = {
      ...pdfExtractor,
      extract: (_, out, context) => extractWithPdfjs(out, context, new PageReport()),
    };
    const out = await collect(second, everything);
    expect(out.error).toBeUndefined();
    expect(at(out, undefined)).toContain('first');
    expect(at(out, 'annotation', 'annotation')).toContain('Ann Other: note 07700 900456');
    expect(at(out, 'form-field')).toContain('phone: 01 99 00 12 34');
    expect(at(out, 'link')).toContain('mailto:link@example.com');
    expect(at(out, 'metadata', 'metadata')).toContain('Info Author');
    expect(out.members.map((m) => m.name)).toContain('inner.pdf');
    expect(out.partial).toContain('corrupt');
  });
});

describe('hostile pdf', () => {
  it('reads what is left of a truncated document and says so', async () => {
    const whole = simplePdf({ pages: [['first page'], ['second page']] });
    const out = await read(whole.subarray(0, whole.length - 300));
    expect(out.error).toBeUndefined();
    expect(allText(out)).toContain('first page');
    expect(out.partial).toContain('truncated');
  });

  it('refuses garbage as corrupt', async () => {
    const out = await read(Buffer.from('%PDF-1.4\nnothing here'));
    expect(out.error).toMatchObject({ code: 'corrupt' });
  });

  it('survives a page tree that is a circle and a count that lies', async () => {
    const circle = buildPdf([
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 1000000 >>',
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>',
    ]);
    const out = await read(circle);
    expect(out.error ?? out.partial.length).toBeTruthy();
  });

  it('still reads the next document after broken ones', async () => {
    for (let i = 0; i < 5; i++) await read(Buffer.from(`%PDF-1.4\n${i} 0 obj << /Type /Catalog`));
    expect(allText(await read(simplePdf({ pages: [['still here']] })))).toContain('still here');
  });
});

describe('pageList', () => {
  it.each([
    [[3], 'page 3'],
    [[1, 2, 3, 7], 'pages 1-3, 7'],
  ])('%j', (pages, expected) => expect(pageList(pages)).toBe(expected));
});
