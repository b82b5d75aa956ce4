import { describe, expect, test } from 'vitest';
import { type ContextView, maskedContext } from '../../src/findings/context-mask.js';
import { match } from './matches.js';

const vocabulary = {
  words: new Set(['police', 'officer', 'téléphone', 'grant', 'station']),
  names: new Set(['grant']),
};

/** `[` and `]` stand around the match, `{` and `}` around other found values, `<` and `>` around secrets. */
function shown(text: string, cut: Partial<Pick<ContextView, 'cutBefore' | 'cutAfter'>> = {}) {
  const near: ReturnType<typeof match>[] = [];
  let plain = '';
  const open: number[] = [];
  let own = [0, 0];
  for (const ch of text) {
    const at = Buffer.byteLength(plain);
    if ('[{<'.includes(ch)) open.push(at);
    else if (ch === ']') own = [open.pop() as number, at];
    else if (ch === '}' || ch === '>') {
      const start = open.pop() as number;
      near.push(match(ch === '>' ? 'PASSWORD' : 'ADDRESS', plain.slice(start), { start, end: at }));
    } else plain += ch;
  }
  const [start, end] = own as [number, number];
  const bytes = Buffer.from(plain);
  const view = { before: bytes.subarray(0, start), after: bytes.subarray(end), start, end };
  return maskedContext({ ...view, cutBefore: false, cutAfter: false, ...cut }, near, vocabulary);
}

describe('of the text beside a finding', () => {
  test.each([
    ['words of the packs stay', 'Téléphone : [06] of the station', 'Téléphone : ', ' xx xxx station'],
    [
      'found values are masked whole',
      '[06] at {12 Police Station}, police',
      '',
      ' xx 99 xxxxxx xxxxxxx, police',
    ],
    [
      'a secret has no length, and ends what is shown',
      'police <Police!Officer> officer [06] <abc> police',
      '******** officer ',
      ' ********',
    ],
    [
      'a word inside something is no word',
      'Police!Officer officer.police@station [06]',
      'xxxxxx!xxxxxxx xxxxxxx.xxxxxx@xxxxxxx ',
      '',
    ],
    ['a name is masked, though it is a word', 'Grant police [06] grant', 'xxxxx police ', ' grant'],
    ['digits are masked', 'police 4484 [06]', 'police 9999 ', ''],
    ['letters of all scripts are masked', 'Ивана é\u0301 [06]', 'xxxxx x ', ''],
    ['controls go', 'a\u001bb\u202ec [06]', 'x xx ', ''],
  ])('%s', (_, text, before, after) => {
    expect(shown(text)).toEqual({ before, after });
  });

  test('a word at a cut end may be a part of something', () => {
    expect(shown('police [06] police', { cutBefore: true, cutAfter: true })).toEqual({
      before: 'xxxxxx ',
      after: ' xxxxxx',
    });
  });

  test('values that overlap are masked together, as a secret where one is', () => {
    expect(shown('[06] {police <off}icer> police').after).toBe(' ********');
  });
});
