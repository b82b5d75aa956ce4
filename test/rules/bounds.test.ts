import RE2 from 're2';
import { describe, expect, it } from 'vitest';
import { boundsOf } from '../../src/rules/bounds.js';

describe('boundsOf', () => {
  it.each([
    ['\\d', true],
    ['a[0-9]{1,2}', true],
    ['a(?:1|[25-7]b)', true],
    ['a(?:1|b)', false],
    ['\\d?x', false],
    ['[\\da-f]', false],
    ['[^0-9]', false],
    ['(?i)x7', true],
  ])('whether every match of %s holds a digit: %s', (source, hasDigit) => {
    expect(boundsOf(source).hasDigit).toBe(hasDigit);
  });

  it.each([
    ['é€x', 3],
    ['\\pL{2,5}|a{4}', 5],
    ['(?i:ks){3}', 6],
    ['[^\\n]{0,7}\\b\\d', 8],
  ])('%s takes at most %i characters', (source, characters) => {
    expect(boundsOf(source).characters).toBe(characters);
  });

  it.each([
    ['abc', 3, 3],
    ['é', 2, 2],
    ['\\x{20AC}', 3, 3],
    ['.', 1, 4],
    ['[^a]', 1, 4],
    ['\\pL{2}', 2, 8],
    ['[a-z\\x{C0}-\\x{FF}]{1,3}', 1, 6],
    ['a?b{2,4}', 2, 5],
    ['(?:ab|c){3}', 3, 6],
    ['(a|bb|)', 0, 2],
    ['(?i)k', 1, 3],
    ['(?i:s)s', 2, 3],
    ['\\bx\\b', 1, 1],
    ['(?m)^a$', 1, 1],
    ['x{', 2, 2],
    ['[]a]', 1, 1],
    ['[[:alpha:]\\d-]', 1, 1],
    ['(?P<name>a{3})', 3, 3],
    ['(?i)a|k', 1, 3],
    ['😀', 4, 4],
  ])('%s takes %i to %i bytes', (source, min, max) => {
    new RE2(source, 'u');
    expect(boundsOf(source)).toMatchObject({ min, max });
  });

  it.each([
    ['a*', /unbounded repetition \*.*\{0,40\}/],
    ['a+', /unbounded repetition \+/],
    ['a{2,}', /unbounded repetition \{2,\}/],
    ['a{1001}', /not within 0 to 1000/],
    ['^a', /\(\?m\)\^/],
    ['(?m:^a)$', /\(\?m\)\$/],
    ['\\Aa', /\\A depends/],
    ['a\\z', /\\z depends/],
    ['(?=a)', /no lookaround/],
    ['(?<!a)b', /no lookaround/],
    ['(a', /unmatched \(/],
    ['a)', /unmatched \)/],
    ['[a', /ends too early/],
    ['[z-a]', /reversed/],
    ['\\1', /unsupported escape/],
    ['?a', /nothing to repeat/],
  ])('refuses %s and says why', (source, message) => {
    expect(() => boundsOf(source)).toThrow(message);
  });

  it('never tells less than a real match takes', () => {
    for (const source of ['(?i)[a-z]{3}', '(?i)straße', '[^x]{2}', '(?i)\\x{E9}k']) {
      const { max } = boundsOf(source);
      for (const text of ['KſK', 'ſtraße', 'STRASSE', '😀😀', 'ÉK']) {
        for (const match of text.matchAll(new RE2(source, 'gu') as unknown as RegExp)) {
          expect(Buffer.byteLength(match[0])).toBeLessThanOrEqual(max);
        }
      }
    }
  });
});
