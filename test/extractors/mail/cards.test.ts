import { expect, test } from 'vitest';
import { ics } from '../../../src/extractors/mail/ics.js';
import { vcf } from '../../../src/extractors/mail/vcf.js';
import { allText, collect } from '../collect.js';

const cards = (text: string) => collect(vcf, Buffer.from(text));

test('a card is a row; folding, quoted-printable, groups and escapes are undone', async () => {
  const out = await cards(
    [
      'BEGIN:VCARD',
      'VERSION:2.1',
      'N;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Dup=E9ron;Ma=',
      ' r=EFe;;;',
      'item1.TEL;TYPE=cell:tel:+44 7700 900 123',
      'TEL;WORK:01632 960',
      '  555',
      'EMAIL;INTERNET:m@example.org',
      'ORG:Unit\\, North;Desk',
      'ADR;HOME:;;1 High St;Town;;AB1 2CD;UK',
      'BDAY:1980-02-03',
      'NOTE:line one\\nline two',
      `PHOTO;ENCODING=b;TYPE=JPEG:${Buffer.from('photo').toString('base64')}`,
      'END:VCARD',
      'BEGIN:VCARD',
      'FN:Second',
      'END:VCARD',
    ].join('\r\n'),
  );
  expect(out.tables[0]?.options.columns).toEqual(['N', 'FN', 'TEL', 'EMAIL', 'ORG', 'TITLE', 'ADR', 'BDAY']);
  expect(out.tables[0]?.rows.map((row) => row.cells.map((c) => c.text))).toEqual([
    [
      'Dupéron Marïe',
      '',
      '+44 7700 900 123\n01632 960 555',
      'm@example.org',
      'Unit, North Desk',
      '',
      '1 High St, Town, AB1 2CD, UK',
      '1980-02-03',
    ],
    ['', 'Second', '', '', '', '', '', ''],
  ]);
  expect(out.texts[0]?.text).toBe('NOTE: line one\nline two\n');
  expect(out.members[0]?.bytes.toString()).toBe('photo');
});

test('broken cards lose nothing, long photos cost linear time', async () => {
  expect(allText(await cards('BEGIN:VCARD\nFN:needle'))).toContain('needle');
  expect(allText(await cards('no card at all, needle'))).toContain('needle');
  const photo = `PHOTO;BASE64:\r\n${` ${'A'.repeat(70)}\r\n`.repeat(50_000)}`;
  const out = await cards(`BEGIN:VCARD\r\nFN:needle\r\n${photo}END:VCARD`);
  expect(out.members[0]?.bytes.length).toBe(2_625_000);
  expect(allText(out)).toContain('needle');
});

test('calendars: people, descriptions, attachments', async () => {
  const out = await collect(
    ics,
    Buffer.from(
      'BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:x@example.org\nSUMMARY:Meet\\, greet\nATTENDEE;CN="Ann Martin";ROLE=CHAIR:mailto:ann@exa\n mple.org\n' +
        'X-ALT-DESC;FMTTYPE=text/html:<p>call <b>01632</b> 960111</p>\nATTACH;ENCODING=BASE64;VALUE=BINARY:YTti\nEND:VEVENT',
    ),
  );
  expect(allText(out)).toBe(
    '\nSUMMARY: Meet, greet\nATTENDEE: Ann Martin ann@example.org\nX-ALT-DESC: call 01632 960111\n',
  );
  expect(out.members[0]?.bytes.toString()).toBe('a;b');
});
