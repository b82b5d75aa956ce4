/** Texts, mail, cards, dumps, pictures and sounds that hold a planted line. */
import CFB from 'cfb';
import iconv from 'iconv-lite';
import sharp from 'sharp';
import { LINE, MAIL, PHONE, type Planted, planted } from './planted.js';

const utf16 = (text: string) => Buffer.from(text, 'utf16le');

export function textSamples(): Planted[] {
  const table = `Nom;Courriel;Portable\nExemple;${MAIL};${PHONE}\n`;
  const cell = { location: { row: 2, column: 'B', columnName: 'Courriel' } };
  const french = `Téléphone relevé à l'été. ${LINE}\n`;
  return [
    planted('plain.txt', `first line\n${LINE}\n`, { location: { startLine: 2 } }),
    planted('utf16le.txt', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16(french)])),
    planted('utf16be.txt', Buffer.concat([Buffer.from([0xfe, 0xff]), utf16(french).swap16()])),
    planted('cp1252.txt', iconv.encode(french, 'win1252')),
    planted('table.csv', table, cell),
    planted('table.tsv', table.replaceAll(';', '\t'), cell),
    planted('page.html', `<html><body><p>${LINE}</p></body></html>`),
    planted('hidden.html', `<html><body><p>seen</p><p style="display:none">${LINE}</p></body></html>`, {
      hidden: 'hidden-text',
    }),
    planted(
      'records.xml',
      `<?xml version="1.0"?><list><p><mail>${MAIL}</mail><portable>${PHONE}</portable></p></list>`,
    ),
    planted('list.json', JSON.stringify([{ courriel: MAIL, portable: PHONE }])),
    planted('lines.ndjson', `${JSON.stringify({ courriel: MAIL, portable: PHONE })}\n{"courriel":"x"}\n`),
    planted(
      'dump.sql',
      `CREATE TABLE agents (id int, courriel text, portable text);\nINSERT INTO agents VALUES (1, '${MAIL}', '${PHONE}');\n`,
      { location: { columnName: 'courriel' } },
    ),
    planted('server.log', `2026-01-02T03:04:05Z INFO sent to ${MAIL} portable ${PHONE}\n`),
    planted(
      'card.vcf',
      `BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Jean Exemple\r\nEMAIL:${MAIL}\r\nTEL;TYPE=CELL:${PHONE}\r\nEND:VCARD\r\n`,
    ),
    planted(
      'event.ics',
      `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:${LINE.replaceAll(',', '\\,')}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`,
    ),
    planted('picture.svg', `<svg xmlns="http://www.w3.org/2000/svg"><text>${LINE}</text></svg>`),
    planted('plain.rtf', `{\\rtf1\\ansi ${LINE}\\par}`),
    planted('deleted.rtf', `{\\rtf1\\ansi kept {\\deleted ${LINE}}\\par}`, { hidden: 'tracked-deletion' }),
  ];
}

export function mailText(
  body: string,
  attachment?: { name: string; bytes: Uint8Array; type?: string },
): string {
  const head = `From: a@example.com\r\nTo: b@example.com\r\nSubject: hello\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000\r\nMIME-Version: 1.0\r\n`;
  if (!attachment) return `${head}Content-Type: text/plain; charset=utf-8\r\n\r\n${body}\r\n`;
  const coded = Buffer.from(attachment.bytes).toString('base64').replace(/.{76}/g, '$&\r\n');
  return (
    `${head}Content-Type: multipart/mixed; boundary=zz\r\n\r\n--zz\r\nContent-Type: text/plain\r\n\r\n${body}\r\n` +
    `--zz\r\nContent-Type: ${attachment.type ?? 'application/octet-stream'}; name="${attachment.name}"\r\n` +
    `Content-Disposition: attachment; filename="${attachment.name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${coded}\r\n--zz--\r\n`
  );
}

const PROPERTIES = '__properties_version1.0';
const STREAM = '__substg1.0_';

/** An Outlook message with one attachment. */
export function msgOf(body: string, attachment?: { name: string; bytes: Uint8Array }): Buffer {
  const file = CFB.utils.cfb_new();
  const add = (path: string, bytes: Uint8Array) => CFB.utils.cfb_add(file, `/${path}`, Buffer.from(bytes));
  add(PROPERTIES, Buffer.alloc(32));
  add(`${STREAM}0037001F`, utf16('hello'));
  add(`${STREAM}1000001F`, utf16(body));
  if (attachment) {
    const method = Buffer.alloc(24);
    method.writeUInt16LE(3, 8);
    method.writeUInt16LE(0x3705, 10);
    method.writeUInt32LE(1, 16);
    const folder = '__attach_version1.0_#00000000';
    add(`${folder}/${PROPERTIES}`, method);
    add(`${folder}/${STREAM}3707001F`, utf16(attachment.name));
    add(`${folder}/${STREAM}37010102`, attachment.bytes);
  }
  return CFB.write(file, { type: 'buffer' }) as Buffer;
}

function tnefAttribute(id: number, data: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head[0] = 2;
  head.writeUInt32LE(id, 1);
  head.writeUInt32LE(data.length, 5);
  const sum = Buffer.alloc(2);
  sum.writeUInt16LE(data.reduce((a, b) => (a + b) & 0xffff, 0));
  return Buffer.concat([head, data, sum]);
}

function tnefOf(name: string, bytes: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from([0x78, 0x9f, 0x3e, 0x22, 1, 0]),
    tnefAttribute(0x00018004, Buffer.from('subject\0')),
    tnefAttribute(0x00069002, Buffer.alloc(14)),
    tnefAttribute(0x00018010, Buffer.from(`${name}\0`)),
    tnefAttribute(0x0006800f, bytes),
  ]);
}

export function mailSamples(): Planted[] {
  const note = { name: 'note.txt', bytes: Buffer.from(LINE) };
  const inner = Buffer.from(mailText('inner body', note));
  const mail = mailText(LINE);
  return [
    planted('body.eml', mail),
    planted('header.eml', mail.replace('hello', `re ${LINE}`).replace(`\r\n\r\n${LINE}`, '\r\n\r\nnothing'), {
      location: { part: 'header' },
    }),
    planted('attached.eml', mailText('see', note), { path: 'note.txt' }),
    planted('twice.eml', mailText('see', { name: 'inner.eml', bytes: inner }), {
      path: 'inner.eml!note.txt',
    }),
    planted('box.mbox', `From a@example.com Thu Jan  1 00:00:00 2026\n${mail.replaceAll('\r\n', '\n')}\n`, {
      path: 'message-000001.eml',
    }),
    planted('body.msg', msgOf(LINE)),
    planted('attached.msg', msgOf('see', note), { path: 'note.txt' }),
    planted('winmail.dat', tnefOf('note.txt', note.bytes), { path: 'note.txt' }),
  ];
}

function pngChunk(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(data.length + 12);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  data.copy(chunk, 8);
  return chunk;
}

function mp3Of(comment: string): Buffer {
  const data = Buffer.concat([Buffer.from([3]), Buffer.from(comment)]);
  const frame = Buffer.alloc(10);
  frame.write('TIT2', 'latin1');
  frame.writeUInt32BE(data.length, 4);
  const size = frame.length + data.length;
  const head = Buffer.from([0x49, 0x44, 0x33, 3, 0, 0, 0, 0, size >> 7, size & 0x7f]);
  return Buffer.concat([head, frame, data, Buffer.alloc(500)]);
}

export async function pictureSamples(): Promise<Planted[]> {
  const blank = sharp({ create: { width: 8, height: 8, channels: 3, background: '#fff' } });
  const png = await blank.clone().png().toBuffer();
  const text = pngChunk('tEXt', Buffer.from(`Comment\0${LINE}`));
  const jpeg = await blank
    .withExif({ IFD0: { ImageDescription: LINE } })
    .jpeg()
    .toBuffer();
  const metadata = { hidden: 'metadata', location: { part: 'metadata' } };
  const picture = { ...metadata, reasons: ['image-not-read'] };
  return [
    planted('text.png', Buffer.concat([png.subarray(0, 33), text, png.subarray(33)]), picture),
    planted('exif.jpg', jpeg, picture),
    planted('tags.mp3', mp3Of(LINE), { ...metadata, reasons: ['audio-not-read'] }),
  ];
}
