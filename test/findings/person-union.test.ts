import { expect, test } from 'vitest';
import { PersonUnion } from '../../src/findings/person-union.js';

test('who is only named counts where another record of the same person tells more', () => {
  const records = new PersonUnion();
  const named = records.add({ low: 1, high: 0 });
  const told = records.add({ low: 3, high: 0 });
  const namesake = records.add({ low: 1, high: 0 });
  records.absorb(named);
  records.absorb(namesake);
  records.union(named, told);
  expect(records.count().distinct).toBe(1);
});
