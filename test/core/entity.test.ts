import { describe, expect, test } from 'vitest';
import { bandOf, ENTITIES, entitiesWith } from '../../src/core/entity.js';

describe('traits of entities', () => {
  test('imply one another downwards: identity numbers prove, point at a person and say something of one', () => {
    const [identity, proving, identifying, personal] = (
      ['identity', 'proving', 'identifying', 'personal'] as const
    ).map((trait) => entitiesWith(trait));
    expect(identity?.size).toBeGreaterThan(0);
    expect([...(identity ?? [])].filter((entity) => !proving?.has(entity))).toEqual([]);
    expect([...(proving ?? [])].filter((entity) => !identifying?.has(entity))).toEqual([]);
    expect([...(identifying ?? [])].filter((entity) => !personal?.has(entity))).toEqual([]);
  });

  test('several traits give the union', () => {
    expect([...entitiesWith('rosterNumber', 'reissued')].sort()).toEqual([
      'BADGE_NUMBER',
      'PAY_NUMBER',
      'STAFF_NUMBER',
    ]);
  });

  test('an entity joins records in one way only', () => {
    const keys = (['strictKey', 'openKey', 'weakKey'] as const).map((trait) => entitiesWith(trait));
    for (const entity of ENTITIES) expect(keys.filter((set) => set.has(entity)).length).toBeLessThan(2);
  });

  test('what joins records is personal, and what stands apart is not', () => {
    const personal = entitiesWith('personal');
    for (const entity of entitiesWith('strictKey', 'openKey', 'weakKey')) expect(personal).toContain(entity);
    for (const entity of entitiesWith('apart', 'countOnly')) expect(personal).not.toContain(entity);
  });

  test('the order, on which bits of person keys depend, begins as it always did and fits 64 bits', () => {
    expect(ENTITIES.slice(0, 4)).toEqual(['PERSON', 'RANK', 'UNIT', 'VETTING']);
    expect(ENTITIES.length).toBeLessThanOrEqual(64);
  });
});

test('bands begin at 0.6 and 0.8', () => {
  expect([0, 0.599, 0.6, 0.799, 0.8, 1].map(bandOf)).toEqual([
    'low',
    'low',
    'medium',
    'medium',
    'high',
    'high',
  ]);
});
