/** HTML in cells is blanked in place: the same bytes, the same offsets, no tags. */
import { expect, test } from 'vitest';
import { blankMarkup } from '../../../src/pipeline/scan/cell-markup.js';

function blanked(text: string): string {
  const bytes = Buffer.from(text);
  blankMarkup(bytes);
  expect(bytes.length).toBe(Buffer.byteLength(text));
  return bytes.toString('utf8');
}

test('tags and entities become spaces, text stays where it was', () => {
  const html = '<p>Sgt. <b>Jane Doe</b>&nbsp;called</p>';
  const out = blanked(html);
  expect(out).not.toMatch(/[<>&]/);
  expect(out.indexOf('Jane Doe')).toBe(html.indexOf('Jane Doe'));
  expect(out.replace(/ +/g, ' ').trim()).toBe('Sgt. Jane Doe called');
});

test('text that is no markup stays as it is', () => {
  for (const text of ['a < b and c > d', 'no brackets at all', '<jane.doe@example.org>', 'x <y> z &amp; w']) {
    expect(blanked(text)).toBe(text);
  }
});

test('letters of several bytes keep their place', () => {
  const html = '<div>Élodie Mürbach — café</div>';
  const out = blanked(html);
  expect(out.trim()).toBe('Élodie Mürbach — café');
  expect(Buffer.from(out).indexOf('Mürbach')).toBe(Buffer.from(html).indexOf('Mürbach'));
});

test('an address only in a link stays, one that the text shows again does not stay twice', () => {
  const hidden = blanked('<a href="mailto:jane.doe@example.org?subject=x">write</a>');
  expect(hidden.trim().split(/ +/)).toEqual(['jane.doe@example.org', 'write']);
  const shown = blanked('<a href="mailto:jane.doe@example.org">jane.doe@example.org</a>');
  expect(shown.match(/jane\.doe/g)).toHaveLength(1);
});

test('an unclosed tag and a huge one cost nothing and change nothing', () => {
  expect(blanked('<p>ok</p><a href="')).toContain('ok');
  const bomb = `<p ${'x'.repeat(100_000)}`;
  const began = performance.now();
  expect(blanked(bomb)).toBe(bomb);
  expect(blanked(`<p>${'<a '.repeat(50_000)}`).length).toBe(3 + 150_000);
  expect(performance.now() - began).toBeLessThan(2_000);
});
