import { expect, test } from 'vitest';
import type { Entity } from '../../src/core/entity.js';
import { areRowsPersons } from '../../src/findings/roster-subject.js';

/** `Name=PERSON | Year`: headers with their types. */
function columns(text: string) {
  return text.split(' | ').map((part) => {
    const [name, entity] = part.split('=');
    return { name: name as string, ...(entity && { entity: entity as Entity }) };
  });
}

test.each([
  'Title | Author=PERSON | ISBN | Price=SALARY',
  'Package | Version | Maintainer=PERSON | Email=EMAIL_ADDRESS',
  'hash | author_name=PERSON | author_email=EMAIL_ADDRESS | message',
  'Name=PERSON | Born | Died | Occupation=RANK',
  'Player=PERSON | Club=UNIT | Caps | Goals | Date of birth=DATE_OF_BIRTH',
  'name=PERSON | address=ADDRESS | lat | lon',
  'School | Address=ADDRESS | Phone=PHONE_NUMBER | Mail=EMAIL_ADDRESS',
])('works, places and figures: %s', (text) => {
  expect(areRowsPersons(columns(text))).toBe(false);
});

test.each([
  'Name=PERSON | Rank=RANK | Station=UNIT',
  'Title=RANK | Director=PERSON | Email=EMAIL_ADDRESS',
  'Member=PERSON | Staff No=STAFF_NUMBER | Date of death',
  'Name=PERSON | Overall rating | Potential | Employee ID=STAFF_NUMBER',
  'Author=PERSON | Affiliation=UNIT | Email=EMAIL_ADDRESS',
  'Service number=STAFF_NUMBER | Rank=RANK | Department=UNIT',
])('persons: %s', (text) => {
  expect(areRowsPersons(columns(text))).toBe(true);
});
