import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { MEDIA } from '../../../src/extractors/bytes/media-types.js';
import { detectType } from '../../../src/extractors/detect/detect.js';

const bin = (...parts: (string | number[])[]): Buffer =>
  Buffer.concat(parts.map((p) => (typeof p === 'string' ? Buffer.from(p, 'latin1') : Buffer.from(p))));
const pad = (head: Buffer, length: number): Buffer =>
  Buffer.concat([head, Buffer.alloc(Math.max(0, length - head.length))]);

/** A local header with its data, sizes in the header unless `streamed`. */
function member(name: string, text: string, { deflate = false, streamed = false } = {}): Buffer {
  const data = deflate ? deflateRawSync(text) : Buffer.from(text);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(streamed ? 8 : 0, 6);
  header.writeUInt16LE(deflate ? 8 : 0, 8);
  header.writeUInt32LE(streamed ? 0 : data.length, 18);
  header.writeUInt32LE(streamed ? 0 : text.length, 22);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, Buffer.from(name), data]);
}

const contentTypes = (main: string, options = {}) =>
  member('[Content_Types].xml', `<Types><Override PartName="/x" ContentType="${main}"/></Types>`, options);
const ooxml = 'application/vnd.openxmlformats-officedocument';
const prose = 'Le gardien de la paix a été muté à Lille le 3 mars, sans autre détail à l’appui.\r\n'.repeat(
  3,
);

const CASES: readonly [string, Buffer, string, string?, string?][] = [
  ['pdf', bin('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n'), MEDIA.pdf],
  ['pdf after junk', bin('\0\0\x01junk\n%PDF-1.4\n%\xe2\xe3'), MEDIA.pdf],
  ['text that quotes a pdf header', bin('The header is %PDF-1.4, they say.'), MEDIA.text],
  ['rtf', bin('{\\rtf1\\ansi '), MEDIA.rtf],
  ['Excel 2', bin([9, 0, 4, 0, 2, 0, 0x10, 0]), MEDIA.xls],
  ['Excel 3', bin([9, 2, 6, 0, 0, 0, 0x10, 0, 0, 0]), MEDIA.xls],
  ['Excel 4', bin([9, 4, 6, 0, 0, 0, 0x10, 0, 0, 0]), MEDIA.xls],
  ['Lotus 1-2-3', bin([0, 0, 2, 0, 6, 4, 6, 0, 8, 0]), MEDIA.lotus],
  ['Lotus 1-2-3, version 3', bin([0, 0, 0x1a, 0, 0, 0x10, 4, 0, 0, 0]), MEDIA.lotus],
  ['WordPerfect', bin([0xff], 'WPC', [16, 0, 0, 0, 1, 10, 0, 1, 0, 0, 0, 0]), MEDIA.wordPerfect],
  ['postscript', bin('%!PS-Adobe-3.0\n%%Title: a'), MEDIA.postscript],
  ['postscript with a preview', bin([0xc5, 0xd0, 0xd3, 0xc6, 30, 0, 0, 0]), MEDIA.eps],
  ['big-endian wave', bin('RIFX\0\0\0\x24WAVEfmt '), MEDIA.wav],
  ['ISO 2022', bin('\x1b$)C\x0e!]\x0f \x0eFD@L=c\x0f(Python)\x0e@:\x0f \x0e9h?l1b\x0f'), MEDIA.text],
  ['what libmagic only guesses', bin([28, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0]), MEDIA.unknown],
  ['gzip', bin([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]), MEDIA.gzip],
  ['bzip2', bin('BZh91AY&SY\0\0'), MEDIA.bzip2],
  ['text that starts with BZh9', bin('BZh9 is a magic number, this is prose'), MEDIA.text],
  ['xz', bin([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 4]), MEDIA.xz],
  ['zstd', bin([0x28, 0xb5, 0x2f, 0xfd, 4, 0]), MEDIA.zstd],
  [
    'zstd behind a skippable frame',
    bin([0x50, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 9, 0x28, 0xb5, 0x2f, 0xfd]),
    MEDIA.zstd,
  ],
  ['lz4', bin([0x04, 0x22, 0x4d, 0x18, 0x64]), MEDIA.lz4],
  ['7z', bin([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0, 4]), MEDIA.sevenZip],
  ['rar5', bin('Rar!\x1a\x07\x01\0'), MEDIA.rar],
  ['cab', bin('MSCF\0\0\0\0abcd'), MEDIA.cab],
  ['sqlite', bin('SQLite format 3\0\x10\0'), MEDIA.sqlite],
  ['mdb', bin('\0\x01\0\0Standard Jet DB\0'), MEDIA.access],
  ['accdb', bin('\0\x01\0\0Standard ACE DB\0'), MEDIA.access],
  ['pst', bin('!BDN\x01\x02\x03\x04SM'), MEDIA.pst],
  ['tnef', bin([0x78, 0x9f, 0x3e, 0x22, 1, 0]), MEDIA.tnef],
  ['jpeg', bin([0xff, 0xd8, 0xff, 0xe0]), MEDIA.jpeg],
  ['png', bin('\x89PNG\r\n\x1a\n'), MEDIA.png],
  ['heic', bin([0, 0, 0, 24], 'ftypheic\0\0\0\0'), MEDIA.heic],
  ['mp4', bin([0, 0, 0, 24], 'ftypisom\0\0\0\0'), MEDIA.mp4],
  ['prose that starts with BM', bin('BM the abbreviation, and some more prose here'), MEDIA.text],
  ['elf', bin('\x7fELF\x02\x01\x01\0'), MEDIA.elf],
  [
    'iso',
    pad(bin('\0'), 32769).length
      ? Buffer.concat([Buffer.alloc(32769), bin('CD001\x01\0'), Buffer.alloc(100)])
      : bin(),
    MEDIA.iso,
  ],
  ['empty', bin(), MEDIA.empty],

  ['zip', member('a.txt', 'hello'), MEDIA.zip],
  ['empty zip', pad(bin('PK\x05\x06'), 22), MEDIA.zip],
  [
    'zip behind junk',
    bin([1, 2, 0, 0, 0xfe, 0, 0, 0, 0], member('a.txt', 'hello').toString('latin1')),
    MEDIA.zip,
  ],
  ['xlsx', contentTypes(`${ooxml}.spreadsheetml.sheet.main+xml`, { deflate: true }), MEDIA.xlsx],
  [
    'docx written as a stream',
    contentTypes(`${ooxml}.wordprocessingml.document.main+xml`, { deflate: true, streamed: true }),
    MEDIA.docx,
  ],
  ['xlsm', contentTypes('application/vnd.ms-excel.sheet.macroEnabled.main+xml'), MEDIA.xlsm],
  ['xlsb', contentTypes('application/vnd.ms-excel.sheet.binary.macroEnabled.main'), MEDIA.xlsb],
  [
    'xlsb whose main part stands behind its sheets',
    Buffer.concat([member('xl/styles.bin', 'x'), member('xl/worksheets/sheet1.bin', 'x'.repeat(70_000))]),
    MEDIA.xlsb,
  ],
  [
    'xlsx with macros and printer settings first',
    Buffer.concat([member('xl/vbaProject.bin', 'x'), member('xl/theme/theme1.xml', 'x')]),
    MEDIA.xlsx,
  ],
  ['pptx slide show', contentTypes(`${ooxml}.presentationml.slideshow.main+xml`), MEDIA.pptx],
  [
    'docx by its relations',
    member('_rels/.rels', '<Relationship Target="word/document.xml"/>', { deflate: true }),
    MEDIA.docx,
  ],
  [
    'docx by names with backslashes',
    Buffer.concat([member('docProps\\app.xml', 'x'), member('word\\styles.xml', 'x')]),
    MEDIA.docx,
  ],
  [
    'zip of a folder named word',
    Buffer.concat([member('word/a.txt', 'x'), member('word/b.txt', 'x')]),
    MEDIA.zip,
  ],
  ['docx whose first parts are pictures', member('word/media/image1.png', 'x'.repeat(50)), MEDIA.docx],
  ['odf formula', member('mimetype', 'application/vnd.oasis.opendocument.formula'), MEDIA.zip],
  ['squashfs', bin('hsqs\x07\0\0\0'), MEDIA.squashfs],
  [
    'ntfs',
    Buffer.concat([
      bin([0xeb, 0x52, 0x90], 'NTFS    '),
      Buffer.alloc(499),
      bin([0x55, 0xaa]),
      Buffer.alloc(2000),
    ]),
    MEDIA.diskImage,
  ],
  ['ods', member('mimetype', 'application/vnd.oasis.opendocument.spreadsheet'), MEDIA.ods],
  ['odt template', member('mimetype', 'application/vnd.oasis.opendocument.text-template'), MEDIA.odt],
  ['epub', member('mimetype', 'application/epub+zip'), MEDIA.epub],
  ['jar', member('META-INF/MANIFEST.MF', 'Manifest-Version: 1.0'), MEDIA.jar],

  ['utf-8 prose', Buffer.from(prose), MEDIA.text],
  ['windows-1252 prose', iconv.encode(prose, 'windows-1252'), MEDIA.text],
  ['utf-16le prose with BOM', iconv.encode(prose, 'utf-16le', { addBOM: true }), MEDIA.text],
  ['utf-16le prose without BOM', iconv.encode(prose, 'utf-16le'), MEDIA.text],
  ['utf-16be prose without BOM', iconv.encode(prose, 'utf-16be'), MEDIA.text],
  ['utf-32le prose', iconv.encode(prose, 'utf-32le'), MEDIA.text],
  [
    'windows-1251 prose',
    iconv.encode('Приказ о переводе личного состава отдела\n'.repeat(4), 'windows-1251'),
    MEDIA.text,
  ],
  [
    'NUL-separated list',
    Buffer.from('/home/a/first-file-of-the-list.txt\0/home/b/second-file-of-the-list.txt\0'),
    MEDIA.text,
  ],
  [
    'log after a hole',
    Buffer.concat([Buffer.alloc(2000), Buffer.from('2024-01-02 started\n2024-01-02 stopped\n')]),
    MEDIA.text,
  ],
  ['one letter', bin('a'), MEDIA.text],
  ['csv', bin('nom;prenom;rio\nDurand;Anne;1234567\n'), MEDIA.text],
  ['csv called .zip', bin('nom;prenom;rio\n'), MEDIA.text, 'x.zip'],
  [
    'utf-16 html',
    iconv.encode('<!DOCTYPE html><html><body>x</body>', 'utf-16le', { addBOM: true }),
    MEDIA.html,
  ],
  ['html', bin('\n <HTML><head>'), MEDIA.html],
  ['html behind a comment', bin('<!-- saved -->\n<table class="a"><tr>'), MEDIA.html],
  [
    'html without a tag at the start, by its type',
    bin('Dear <b>all</b>'),
    MEDIA.html,
    'x',
    'text/html; charset=utf-8',
  ],
  ['xhtml', bin('<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x">\n<html>'), MEDIA.html],
  ['xml', bin('<?xml version="1.0"?><agents><table>x</table></agents>'), MEDIA.xml],
  ['xml without a declaration', bin('<agents site="a"><agent>Anne</agent></agents>'), MEDIA.xml],
  ['svg', bin('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg">'), MEDIA.svg],
  ['prose in angle brackets', bin('<anne@example.org> wrote: hello'), MEDIA.text],
  ['json object', bin('{\n "a": 1\n}'), MEDIA.json],
  ['json array', bin('[1, 2,\n 3]'), MEDIA.json],
  ['ndjson', bin('{"a":1}\n{"a":2}\n'), MEDIA.ndjson],
  ['bracketed log', bin('[2024-01-02 10:00:00] started\n[2024-01-02] x\n'), MEDIA.text],
  ['ini', bin('[section]\nkey=value\n'), MEDIA.text],
  ['braces of code', bin('{ int x = 1; }'), MEDIA.text],
  ['eml', bin('Received: from a\r\n by b\r\nFrom: a@example.org\r\nSubject: x\r\n\r\nhi'), MEDIA.rfc822],
  ['emlx', bin('1234\nFrom: a@example.org\nSubject: x\n\nhi'), MEDIA.rfc822],
  ['memo that is no mail', bin('Objet : x\nDe : y\n'), MEDIA.text],
  ['notes with one field-like line', bin('Date: today\nwe met and talked\n'), MEDIA.text],
  ['mbox', bin('From a@example.org Mon Jan  1 00:00:00 2024\nFrom: a@example.org\n\nhi'), MEDIA.mbox],
  ['prose that starts with From', bin('From 2019 to 2024 we worked.\nThen: nothing'), MEDIA.text],
  ['vcard', bin('BEGIN:VCARD\r\nVERSION:3.0\r\n'), MEDIA.vcard],
  ['calendar', bin('\ufeffBEGIN:VCALENDAR\r\n'.replace('\ufeff', '\xef\xbb\xbf')), MEDIA.calendar],
  ['mysqldump', bin('-- MySQL dump 10.13\n--\n'), MEDIA.sql],
  ['insert statements', bin("INSERT INTO `agents` VALUES (1,'a');\n"), MEDIA.sql],
  ['prose that starts with Select', bin('Select one of the following options.\n'), MEDIA.text],
  ['lua comment', bin('-- this is a script\nlocal x = 1\n'), MEDIA.text],
  ['pgp', bin('-----BEGIN PGP MESSAGE-----\n\nhQEM'), MEDIA.pgp],
];

describe('detectType', () => {
  it.each(CASES)('%s', async (_name, head, expected, name = 'x', declaredType = undefined) => {
    expect(await detectType(head, { name, declaredType })).toBe(expected);
  });

  it('knows an old tar by its checksum alone', async () => {
    const header = Buffer.alloc(512);
    header.write('file.txt', 0);
    header.write('0000644\0', 100);
    header.write('00000000005\0', 124);
    header.fill(' ', 148, 156);
    const sum = header.reduce((a, b) => a + b, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    expect(await detectType(header, { name: 'x' })).toBe(MEDIA.tar);
  });

  it('names binaries it does not know by libmagic, and noise as unknown', async () => {
    const noise = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * i * 31 + (i >> 3) * 7) & 255));
    noise[0] = 0xf7;
    expect(await detectType(noise, { name: 'x.pdf' })).toBe(MEDIA.unknown);
    expect(await detectType(bin('wOFF\0\x01\0\0\0\0\x30\0\0\x0c\0\0'), { name: 'x' })).toBe('font/woff');
  });

  it('never throws and always names a type', async () => {
    const magics = CASES.map(([, head]) => head.subarray(0, 16));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...magics),
        fc.uint8Array({ maxLength: 700 }),
        fc.string(),
        async (magic, rest, name) => {
          expect(await detectType(Buffer.concat([magic, rest]), { name })).toMatch(/^[a-z]+\/\S+$/);
        },
      ),
      { numRuns: 500 },
    );
  });
});
