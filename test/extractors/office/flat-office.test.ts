/** Word documents saved as one XML file, read through the package they are made into. */
import { expect, test } from 'vitest';
import { MEDIA } from '../../../src/extractors/bytes/media-types.js';
import { detectType } from '../../../src/extractors/detect/detect.js';
import { docxExtractor } from '../../../src/extractors/documents/docx.js';
import { xmlRecords } from '../../../src/extractors/records/xml-records.js';
import { allText, collect } from '../collect.js';

const SPLIT = '<w:p><w:r><w:t>call 01 99 </w:t></w:r><w:r><w:t>00 12 34 now</w:t></w:r></w:p>';
const WORD_2003 = `<?xml version="1.0"?><?mso-application progid="Word.Document"?>
<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" xmlns:wx="a" xmlns:o="o">
<o:DocumentProperties><o:Author>Ann Author</o:Author></o:DocumentProperties>
<w:body><wx:sect>${SPLIT}<w:p><w:r><w:pict><w:binData w:name="wordml://a.txt">bmVlZGxl</w:binData></w:pict></w:r></w:p></wx:sect></w:body></w:wordDocument>`;
const part = (name: string, type: string, data: string) =>
  `<pkg:part pkg:name="${name}" pkg:contentType="${type}">${data}</pkg:part>`;
const DOCUMENT = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';
const FLAT = `<?xml version="1.0"?><pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">${[
  part(
    '/word/document.xml',
    DOCUMENT,
    `<pkg:xmlData><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${SPLIT}</w:body></w:document></pkg:xmlData>`,
  ),
  part('/word/media/a.txt', 'text/plain', '<pkg:binaryData>bmVl\r\nZGxl</pkg:binaryData>'),
].join('')}</pkg:package>`;

async function read(xml: Buffer) {
  expect(await detectType(xml.subarray(0, 65_536), { name: 'a.xml' })).toBe(MEDIA.xml);
  const outer = await collect(xmlRecords, xml);
  const bytes = outer.members[0]?.bytes ?? Buffer.alloc(0);
  expect(await detectType(bytes.subarray(0, 65_536), { name: 'document' })).toBe(MEDIA.docx);
  return collect(docxExtractor, bytes);
}

test.each([
  ['Word 2003', WORD_2003],
  ['a flat package', FLAT],
])('%s: runs are joined, data inside is a member', async (_name, xml) => {
  for (const bytes of [Buffer.from(xml), Buffer.from(`\ufeff${xml}`, 'utf16le')]) {
    const out = await read(bytes);
    expect(allText(out)).toContain('call 01 99 00 12 34 now');
    expect(out.members.map((m) => [m.name, m.bytes.toString()])).toEqual([['word/media/a.txt', 'needle']]);
  }
});

test('properties of Word 2003 are read', async () => {
  expect(allText(await read(Buffer.from(WORD_2003)))).toContain('Ann Author');
});

test('cut ones are read as far as they go', async () => {
  const cut = WORD_2003.slice(0, WORD_2003.indexOf(' now') + 4);
  expect(allText(await read(Buffer.from(cut)))).toContain('call 01 99 00 12 34 now');
});

test('XML that only names the namespace is read as XML', async () => {
  const xml =
    '<?xml version="1.0"?><a x="http://schemas.microsoft.com/office/2006/xmlPackage"><b>needle</b></a>';
  expect(allText(await collect(xmlRecords, Buffer.from(xml)))).toContain('needle');
});
