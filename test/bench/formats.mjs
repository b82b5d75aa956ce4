/** Documents of each format, the same ones every time, for the speed of the extractors. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import * as XLSX from '@e965/xlsx';
import { gzip, tar, utf16le, zip } from '../../fixtures/make/formats.mjs';
import { Draw } from '../../fixtures/make/random.mjs';

const WORDS =
  'report of the night the street two witnesses and one car in front evening station people'.split(' ');

function text(draw, paragraphs) {
  const sentence = () => `${Array.from({ length: 14 }, () => draw.pick(WORDS)).join(' ')}.`;
  return Array.from({ length: paragraphs }, () => `${sentence()} ${sentence()}`);
}

function table(draw, rows) {
  const row = (i) => [
    `Name ${i}`,
    `07700 900${draw.digits(3)}`,
    `user${i}@example.org`,
    draw.int(1, 1e6),
    draw.pick(WORDS),
  ];
  return [['Name', 'Mobile', 'E-mail', 'Number', 'Note'], ...Array.from({ length: rows }, (_, i) => row(i))];
}

function workbook(bookType) {
  return (draw) => {
    const book = XLSX.utils.book_new();
    XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet(table(draw, 1000)), 'Staff');
    return Buffer.from(XLSX.write(book, { type: 'buffer', bookType }));
  };
}

function docx(draw) {
  const body = text(draw, 400)
    .map((p) => `<w:p><w:r><w:t>${p}</w:t></w:r></w:p>`)
    .join('');
  const main = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';
  return zip({
    '[Content_Types].xml': Buffer.from(
      `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="${main}"/></Types>`,
    ),
    '_rels/.rels': Buffer.from(
      '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
    ),
    'word/document.xml': Buffer.from(
      `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`,
    ),
  });
}

function pdf(draw) {
  const objects = ['<</Type/Catalog/Pages 2 0 R>>', ''];
  const kids = [];
  for (let page = 0; page < 20; page++) {
    const lines = text(draw, 20).flatMap((p) => p.match(/.{1,90}(?: |$)/g));
    const drawn = `BT /F1 10 Tf 12 TL 40 800 Td ${lines.map((line) => `(${line}) Tj T*`).join('\n')} ET`;
    const packed = deflateSync(Buffer.from(drawn));
    const content = objects.push(
      `<</Filter/FlateDecode/Length ${packed.length}>>stream\n${packed.toString('latin1')}\nendstream`,
    );
    kids.push(
      objects.push(
        `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents ${content} 0 R/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>`,
      ),
    );
  }
  objects[1] = `<</Type/Pages/Count ${kids.length}/Kids[${kids.map((id) => `${id} 0 R`).join(' ')}]>>`;
  let out = '%PDF-1.4\n';
  const offsets = objects.map((body, i) => {
    const at = out.length;
    out += `${i + 1} 0 obj\n${body}\nendobj\n`;
    return at;
  });
  const at = out.length;
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  out += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries}trailer\n<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${at}\n%%EOF\n`;
  return Buffer.from(out, 'latin1');
}

const csv = (draw) =>
  Buffer.from(
    table(draw, 4000)
      .map((row) => row.join(';'))
      .join('\n'),
  );
const plain = (draw) => Buffer.from(text(draw, 1500).join('\n'));
const html = (draw) =>
  Buffer.from(
    `<!doctype html><html lang="en"><body>${text(draw, 800)
      .map((p) => `<p class="x">${p}</p>`)
      .join('')}</body></html>`,
  );
const rtf = (draw) => Buffer.from(`{\\rtf1\\ansi ${text(draw, 800).join('\\par\n')}}`);
const eml = (draw) =>
  Buffer.from(
    `From: a@example.org\nTo: b@example.org\nSubject: note\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain; charset=utf-8\n\n${text(draw, 200).join('\n')}\n--b1\nContent-Type: text/csv\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=t.csv\n\n${csv(
      draw,
    )
      .toString('base64')
      .replace(/(.{76})/g, '$1\n')}\n--b1--\n`,
  );
const json = (draw) =>
  Buffer.from(
    JSON.stringify(
      table(draw, 2000).map(([name, phone, mail, n]) => ({ name, phone, mail, n })),
      null,
      1,
    ),
  );
const sql = (draw) =>
  Buffer.from(
    `CREATE TABLE staff (name TEXT, mobile TEXT, email TEXT, n INT, note TEXT);\n${table(draw, 2000)
      .slice(1)
      .map(([a, b, c, d, e]) => `INSERT INTO staff VALUES ('${a}','${b}','${c}',${d},'${e}');`)
      .join('\n')}\n`,
  );

/** Extension, maker, how many. */
export const FORMATS = [
  ['txt', plain, 40],
  ['utf16.txt', (draw) => utf16le(plain(draw).toString()), 40],
  ['csv', csv, 40],
  ['html', html, 40],
  ['json', json, 40],
  ['sql', sql, 40],
  ['rtf', rtf, 40],
  ['eml', eml, 40],
  ['docx', docx, 40],
  ['pdf', pdf, 20],
  ['xlsx', workbook('xlsx'), 20],
  ['xlsb', workbook('xlsb'), 20],
  ['xls', workbook('biff8'), 20],
  ['ods', workbook('ods'), 20],
  ['zip', (draw) => zip({ 'a.txt': plain(draw), 'b.csv': csv(draw) }), 40],
  ['tar', (draw) => tar({ 'a.txt': plain(draw), 'b.csv': csv(draw) }), 40],
  ['gz', (draw) => gzip(plain(draw)), 40],
];

/** Writes the documents of one format into a folder; returns their number and bytes. */
export function writeFormat([extension, make, count], folder) {
  mkdirSync(folder, { recursive: true });
  const draw = new Draw(7);
  let bytes = 0;
  for (let i = 0; i < count; i++) {
    const document = make(draw);
    bytes += document.length;
    writeFileSync(join(folder, `${i}.${extension}`), document);
  }
  return { count, bytes };
}
