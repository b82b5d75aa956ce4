/**
 * Huge files of the formats that leaks come in, written as streams: a staff row among long notes, over and over.
 * Each maker writes about so many bytes and says how many rows (one address each) it wrote. The notes compress
 * little, so that what is measured is reading and not unpacking.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { deflateRawSync, crc32 as sum } from 'node:zlib';
import { person } from './staff.mjs';

const CHUNK = 1 << 20;
const NOTE_CHARACTERS = 2000;
const NOTES = noise(4 << 20);
/** Letters and blanks without repetition within the reach of a compressor. */
function noise(length) {
  const bytes = Buffer.alloc(length);
  let state = 88172645;
  for (let i = 0; i < length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = (state >>> 8) % 7 === 0 ? 0x20 : 0x61 + ((state >>> 12) % 26);
  }
  return bytes.toString('latin1');
}

function note(i) {
  const at = (Math.imul(i, 2654435761) >>> 0) % (NOTES.length - NOTE_CHARACTERS);
  return NOTES.slice(at, at + NOTE_CHARACTERS);
}

/** A file that is appended to; text is gathered into large writes. */
class Output {
  bytes = 0;
  #held = [];
  #length = 0;

  constructor(path) {
    this.file = openSync(path, 'w');
  }

  write(text) {
    this.#held.push(text);
    this.#length += text.length;
    if (this.#length >= CHUNK) this.flush();
  }

  flush() {
    const bytes = Buffer.from(this.#held.join(''));
    this.put(bytes);
    this.#held = [];
    this.#length = 0;
  }

  put(bytes) {
    writeSync(this.file, bytes);
    this.bytes += bytes.length;
  }

  end() {
    this.flush();
    closeSync(this.file);
  }
}

/** A zip as it is written: each megabyte of a member is deflated by itself. */
class ZipOutput {
  #central = [];
  #member;

  constructor(path) {
    this.out = new Output(path);
  }

  get bytes() {
    return this.out.bytes;
  }

  open(name) {
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(20, 4);
    head.writeUInt16LE(8, 6);
    head.writeUInt16LE(8, 8);
    head.writeUInt16LE(name.length, 26);
    this.#member = { name, at: this.bytes, crc: 0, packed: 0, size: 0, held: [], length: 0 };
    this.out.put(Buffer.concat([head, Buffer.from(name)]));
  }

  write(text) {
    const member = this.#member;
    member.held.push(text);
    member.length += text.length;
    if (member.length >= CHUNK) this.#pack(false);
  }

  #pack(isLast) {
    const member = this.#member;
    const bytes = Buffer.from(member.held.join(''));
    // A flushed deflate stream ends at a byte: the pieces follow one another as one stream.
    let packed = deflateRawSync(bytes, { level: 1, finishFlush: isLast ? 4 : 2 });
    if (bytes.length === 0 && isLast) packed = deflateRawSync(bytes);
    member.crc = sum(bytes, member.crc);
    member.size += bytes.length;
    member.packed += packed.length;
    member.held = [];
    member.length = 0;
    this.out.put(packed);
  }

  close() {
    this.#pack(true);
    const { name, at, crc, packed, size } = this.#member;
    const tail = Buffer.alloc(16);
    for (const [i, value] of [0x08074b50, crc, packed, size].entries()) tail.writeUInt32LE(value, 4 * i);
    this.out.put(tail);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(20, 4);
    entry.writeUInt16LE(20, 6);
    entry.writeUInt16LE(8, 8);
    entry.writeUInt16LE(8, 10);
    for (const [i, value] of [crc, packed, size].entries()) entry.writeUInt32LE(value, 16 + 4 * i);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    this.#central.push(Buffer.concat([entry, Buffer.from(name)]));
  }

  /** Counts above 65,535 stand in a zip64 record. */
  end() {
    const directory = Buffer.concat(this.#central);
    const at = this.bytes;
    const count = this.#central.length;
    const big = Buffer.alloc(76);
    big.writeUInt32LE(0x06064b50, 0);
    big.writeUInt32LE(44, 4);
    big.writeUInt16LE(45, 12);
    big.writeUInt16LE(45, 14);
    big.writeBigUInt64LE(BigInt(count), 24);
    big.writeBigUInt64LE(BigInt(count), 32);
    big.writeBigUInt64LE(BigInt(directory.length), 40);
    big.writeBigUInt64LE(BigInt(at), 48);
    big.writeUInt32LE(0x07064b50, 56);
    big.writeBigUInt64LE(BigInt(at + directory.length), 64);
    big.writeUInt32LE(1, 72);
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(Math.min(count, 0xffff), 8);
    end.writeUInt16LE(Math.min(count, 0xffff), 10);
    end.writeUInt32LE(directory.length, 12);
    end.writeUInt32LE(at, 16);
    this.out.put(Buffer.concat(count > 0xffff ? [directory, big, end] : [directory, end]));
    this.out.end();
  }
}

const NAMES = ['Staff No', 'Surname', 'First name', 'Rank', 'Email', 'Mobile', 'Note'];
function cells(i) {
  const { number, surname, first, rank, email, phone } = person(i);
  return [String(number), surname, first, rank, email, phone, note(i)];
}

/** Rows until the file has its bytes; `row` writes the i-th and `out` tells how far it is. */
function fill(out, bytes, row) {
  let i = 0;
  for (; out.bytes < bytes; i++) row(i + 1);
  return i;
}

function lines(path, bytes, { first, line, last = '' }) {
  const out = new Output(path);
  out.write(first);
  const rows = fill(out, bytes, (i) => out.write(line(i)));
  out.write(last);
  out.end();
  return rows;
}

const csv = (path, bytes) =>
  lines(path, bytes, {
    first: `${NAMES.join(',')}\r\n`,
    line: (i) =>
      `${cells(i)
        .map((c) => `"${c}"`)
        .join(',')}\r\n`,
  });

const json = (path, bytes) =>
  lines(path, bytes, {
    first: '[',
    line: (i) =>
      `${i === 1 ? '' : ','}${JSON.stringify(Object.fromEntries(cells(i).map((c, k) => [NAMES[k], c])))}`,
    last: ']',
  });

const sql = (path, bytes) =>
  lines(path, bytes, {
    first:
      'CREATE TABLE `staff` (`Staff No` int, `Surname` text, `First name` text, `Rank` text, `Email` text, `Mobile` text, `Note` text);\n',
    line: (i) =>
      `${i % 200 === 1 ? `${i === 1 ? '' : ';\n'}INSERT INTO \`staff\` VALUES ` : ','}(${cells(i)
        .map((c, k) => (k === 0 ? c : `'${c.replaceAll("'", "''")}'`))
        .join(',')})`,
    last: ';\n',
  });

const mbox = (path, bytes) =>
  lines(path, bytes, {
    first: '',
    line: (i) => {
      const [, , , , email] = cells(i);
      const body = Array.from({ length: 3 }, (_, k) => note(3 * i + k).replace(/(.{70})/g, '$1\n')).join(
        '\n',
      );
      return `From x Thu Jan  1 00:00:00 2026\nFrom: ${email}\nSubject: note ${i}\nContent-Type: text/plain\n\n${body}\n\n`;
    },
  });

/** One message, its attachment a CSV in base64. */
function eml(path, bytes) {
  const out = new Output(path);
  out.write(
    'From: office@example.org\nSubject: list\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain\n\nSee the list.\n--b1\nContent-Type: text/csv\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=list.csv\n\n',
  );
  let held = `${NAMES.join(',')}\r\n`;
  const rows = fill(out, bytes, (i) => {
    held += `${cells(i).join(',')}\r\n`;
    if (held.length < CHUNK) return;
    const whole = held.length - (held.length % 57);
    out.write(
      Buffer.from(held.slice(0, whole), 'latin1')
        .toString('base64')
        .replace(/(.{76})/g, '$1\n'),
    );
    held = held.slice(whole);
  });
  out.write(`${Buffer.from(held, 'latin1').toString('base64')}\n--b1--\n`);
  out.end();
  // The sender of the message.
  return rows + 1;
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const XML = '<?xml version="1.0" encoding="UTF-8"?>';
const SHEET_ROWS = 1_000_000;
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const REL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** All texts shared but the notes, of which half are; sheets as long as Excel lets them be. */
function xlsx(path, bytes) {
  const out = new ZipOutput(path);
  const shared = [...NAMES];
  let rows = 0;
  let sheets = 0;
  // The string table comes last and takes its part of the bytes.
  while (out.bytes < bytes * 0.6) {
    sheets += 1;
    out.open(`xl/worksheets/sheet${sheets}.xml`);
    out.write(`${XML}<worksheet xmlns="${MAIN}"><sheetData>`);
    const head = NAMES.map((_, k) => `<c r="${'ABCDEFG'[k]}1" t="s"><v>${k}</v></c>`).join('');
    out.write(`<row r="1">${head}</row>`);
    for (let r = 2; r <= SHEET_ROWS && out.bytes < bytes * 0.6; r++) {
      rows += 1;
      const [number, ...texts] = cells(rows);
      const isShared = rows % 2 === 0;
      const last = texts.pop();
      const refs = [...texts, ...(isShared ? [last] : [])].map(
        (text, k) => `<c r="${'BCDEFG'[k]}${r}" t="s"><v>${shared.push(text) - 1}</v></c>`,
      );
      if (!isShared) refs.push(`<c r="G${r}" t="inlineStr"><is><t>${last}</t></is></c>`);
      out.write(`<row r="${r}"><c r="A${r}"><v>${number}</v></c>${refs.join('')}</row>`);
    }
    out.write('</sheetData></worksheet>');
    out.close();
  }
  const part = (name, text) => {
    out.open(name);
    out.write(XML + text);
    out.close();
  };
  out.open('xl/sharedStrings.xml');
  out.write(`${XML}<sst xmlns="${MAIN}" uniqueCount="${shared.length}">`);
  for (const text of shared) out.write(`<si><t>${escaped(text)}</t></si>`);
  out.write('</sst>');
  out.close();
  const ids = Array.from({ length: sheets }, (_, i) => i + 1);
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  part(
    'xl/workbook.xml',
    `<workbook xmlns="${MAIN}" xmlns:r="${REL}"><sheets>${ids.map((i) => `<sheet name="S${i}" sheetId="${i}" r:id="r${i}"/>`).join('')}</sheets></workbook>`,
  );
  const rels = 'http://schemas.openxmlformats.org/package/2006/relationships';
  part(
    'xl/_rels/workbook.xml.rels',
    `<Relationships xmlns="${rels}">${ids.map((i) => `<Relationship Id="r${i}" Type="${REL}/worksheet" Target="worksheets/sheet${i}.xml"/>`).join('')}<Relationship Id="s" Type="${REL}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
  );
  part(
    '_rels/.rels',
    `<Relationships xmlns="${rels}"><Relationship Id="r1" Type="${REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  );
  part(
    '[Content_Types].xml',
    `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${type}.sheet.main+xml"/></Types>`,
  );
  out.end();
  return rows;
}

function ods(path, bytes) {
  const out = new ZipOutput(path);
  out.open('mimetype');
  out.write('application/vnd.oasis.opendocument.spreadsheet');
  out.close();
  out.open('content.xml');
  out.write(
    `${XML}<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table table:name="Staff">`,
  );
  const row = (texts) =>
    out.write(
      `<table:table-row>${texts.map((c) => `<table:table-cell office:value-type="string"><text:p>${escaped(c)}</text:p></table:table-cell>`).join('')}</table:table-row>`,
    );
  row(NAMES);
  const rows = fill(out, bytes, (i) => row(cells(i)));
  out.write('</table:table></office:spreadsheet></office:body></office:document-content>');
  out.close();
  out.end();
  return rows;
}

/** Five bytes a member of the bound: 500 MB are 100,000 members. */
const BYTES_PER_MEMBER = 5000;
function zip(path, bytes) {
  const out = new ZipOutput(path);
  const members = Math.ceil(bytes / BYTES_PER_MEMBER);
  for (let i = 1; i <= members; i++) {
    out.open(`folder ${i % 100}/note ${i}.txt`);
    out.write(`${person(i).email}\n${Array.from({ length: 4 }, (_, k) => note(4 * i + k)).join('\n')}\n`);
    out.close();
  }
  out.end();
  return members;
}

export const MAKERS = { csv, xlsx, mbox, zip, ods, eml, json, sql };
