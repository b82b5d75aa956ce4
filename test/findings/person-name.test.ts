import { expect, test } from 'vitest';
import { personName } from '../../src/findings/person-name.js';

test.each([
  [['DUPONT Marie'], ['Marie Dupont']],
  [['Dupont', 'Marie'], ['DUPONT, Marie']],
  [["D'Arcy-Ó Néill Zoé"], ['Zoe D’ARCY-O NEILL']],
  [['Mr. John A. Smith Jr.'], ['SMITH, John']],
  [['M. Dupont Paul'], ['Paul Dupont']],
  [['Mme de la Tour Jeanne'], ['Jeanne TOUR']],
])('%j and %j are one name', (a, b) => {
  expect(personName(a)?.key).toBe(personName(b)?.key);
});

test.each([
  ['Dupont M.', 'Marie DUPONT'],
  ['Smith J', 'John Smith'],
])('%s may be %s', (a, b) => {
  const forms = personName([b])?.shortForms;
  expect(personName([a])?.shortForms.some((form) => forms?.includes(form))).toBe(true);
  expect(personName([a])?.key).not.toBe(personName([b])?.key);
});

test('a surname alone is no full name, letters alone are none', () => {
  expect(personName(['Dupont'])).toMatchObject({ isFull: false });
  expect(personName(['Smith', 'J'])).toMatchObject({ isFull: true, key: 'j smith' });
  expect(personName(['12 -'])).toBeUndefined();
});
