/** Names across the border of two pages are found as within one page, for every position of the border. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { scanBytes } from './scan-bytes.js';

/** All orders in which names are written, and texts that only look like them. */
const NAMES = [
  'DUPONT Marie',
  'Marie DUPONT',
  'DUPONT, Marie',
  'Jean-Pierre Le Guennec',
  'DE LA TOUR Jean',
  'VAN DER BERG, Anna M.',
  'Mme de Villiers',
  'Sgt. George Garmadero',
  'Dr Anna-Maria von Altenburg',
  'rue Victor Hugo',
  'J.-P. Martin et Paul Durand',
  'Élodie MÜRBACH',
];

const PIECES = fc.array(
  fc.tuple(
    fc.constantFrom(...NAMES),
    fc.constantFrom('\n', ' ; ', ', ', '. ', ' a vu ', '\n\n', ' - '),
    fc.nat(9),
  ),
  { minLength: 1, maxLength: 12 },
);

async function names(text: string, pageBytes: number): Promise<string[]> {
  const events = await scanBytes(text, { settings: { pageBytes } });
  return events
    .flatMap((event) => (event.type === 'finding' && event.entity === 'PERSON' ? [event] : []))
    .map(({ location, value, confidence }) => `${location.startByte} ${value} ${confidence}`);
}

it('with every shift of one name against the border of pages of 64 bytes', { timeout: 60_000 }, async () => {
  for (const name of NAMES) {
    for (let shift = 40; shift < 66; shift++) {
      const text = `${'-'.repeat(shift - 1)}\n${name}\nfin`;
      expect(await names(text, 64), `${name} at ${shift}`).toEqual(await names(text, 1 << 20));
    }
  }
});

it('in texts of many names', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(PIECES, async (pieces) => {
      const text = pieces.map(([name, gap, pad]) => `${'x'.repeat(pad)} ${name}${gap}`).join('');
      expect(await names(text, 64)).toEqual(await names(text, 1 << 20));
    }),
    { numRuns: 150, seed: 4 },
  );
});
