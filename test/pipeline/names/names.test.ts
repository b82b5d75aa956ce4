/** What names tell, and how they are shown. */
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/core/events.js';
import { NameRedactor } from '../../../src/pipeline/names/name-redactor.js';
import { openReaders } from '../../../src/pipeline/readers/readers.js';
import { newNamesFrom } from '../../../src/pipeline/scan/name-findings.js';
import { newScanning } from '../../../src/pipeline/work/load.js';
import { match } from '../../findings/matches.js';
import { builtinRules, SETTINGS } from '../scan/scan-bytes.js';

const log = { debug() {}, info() {}, warn() {}, error() {} };
const settings = { ...SETTINGS, minBand: 'medium' as const, showValues: false };
const { names } = await newScanning(settings, await builtinRules(), { log, readers: await openReaders([]) });

describe('a name shows', () => {
  test.each([
    ['Dupont_Jean-CV.pdf', 'PERSON', 'pdf'],
    ['jean.dupont.pdf', undefined, 'pdf'],
    ['mail jean.dupont@agence.example.org.eml', 'EMAIL_ADDRESS', 'eml'],
    ['0639987701.vcf', 'PHONE_NUMBER', 'vcf'],
    ['07700900461 call.m4a', 'PHONE_NUMBER', 'm4a'],
    ['NINO AB123456C.txt', 'UK_NINO', 'txt'],
    ['IMG_20240102_123456.jpg', undefined, 'jpg'],
    ['invoice-2024-000123.pdf', undefined, 'pdf'],
    ['4198672173.js', undefined, 'js'],
  ])('%s: %s', (name, entity, ending) => {
    const shown = names.locator({ uri: `dump/${name}`, hops: [name] });
    expect(names.finder.find(name).map(({ rule }) => rule.entity)).toEqual(entity ? [entity] : []);
    expect(shown.uri).toMatch(
      entity ? new RegExp(`^dump/.*\\[${entity}-[a-p]{10}\\].*\\.${ending}$`) : /^dump\//,
    );
    expect(shown.hops[0]).toBe(shown.uri.slice('dump/'.length));
  });

  test('equal values have equal pseudonyms, others not', () => {
    const shown = (name: string) => names.masked(name);
    expect(shown('a AB123456C')).toBe(shown('a AB123456C'));
    expect(shown('a AB123456C')).not.toBe(shown('a AB123456D'));
  });
});

test.each([
  ['dump/', 'dump/a/b/c.txt', 'a/b/c.txt'],
  ['dump/a/b/c.txt', 'dump/a/b/d.txt', 'd.txt'],
  ['dump/a/b/c.txt', 'dump/a/bc/d.txt', 'bc/d.txt'],
  ['dump/a/b', 'dump/a/b/c', 'b/c'],
  ['file.txt/', 'file.txt', 'file.txt'],
  ['s3://bucket/pre/', 's3://bucket/prefix/x', 'prefix/x'],
  ['', 'x', 'x'],
])('behind %s, of %s only %s is new', (before, name, told) => {
  expect(name.slice(newNamesFrom(name, before))).toBe(told);
});

describe('a value that contents tell is hidden in names', () => {
  const shown = (uri: string, entity: 'PHONE_NUMBER' | 'PERSON' | 'STAFF_NUMBER' | 'RANK', value: string) => {
    const redactor = new NameRedactor(() => '[X]');
    const finding = { type: 'finding', uri, location: {} } as Finding;
    redactor.learn(finding, match(entity, value));
    return redactor.redact(finding).uri;
  };
  test.each([
    ['707001.csv', 'STAFF_NUMBER', '707001', '[X].csv'],
    ['17070012.csv', 'STAFF_NUMBER', '707001', '17070012.csv'],
    ['a_06-39-98-77-01.txt', 'PHONE_NUMBER', '06 39 98 77 01', 'a_[X].txt'],
    ['Kolbrax.txt', 'PERSON', 'Anna Kolbrax', '[X].txt'],
    ['anna_kolbrax-cv.txt', 'PERSON', 'Anna Kolbrax', '[X]-cv.txt'],
    ['Officer.txt', 'RANK', 'Officer', 'Officer.txt'],
    ['an.txt', 'PERSON', 'An', 'an.txt'],
  ] as const)('%s, %s %s', (uri, entity, value, expected) => {
    expect(shown(uri, entity, value)).toBe(expected);
  });
});
