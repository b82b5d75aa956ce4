/** Matches made by hand for the tests of this folder. */
import type { Entity } from '../../src/core/entity.js';
import type { Match } from '../../src/core/match.js';
import type { Rule } from '../../src/core/rule.js';

export function ruleOf(entity: Entity, id = `test.${entity.toLowerCase()}`): Rule {
  return {
    id,
    pack: 'test',
    name: id,
    entity,
    description: id,
    severity: 'low',
    group: 0,
    maxBytes: 64,
    maxCharacters: 64,
    hasDigit: false,
    prefilter: { kind: 'none' },
    confidence: 0.9,
    requires: 'nothing',
    columns: [],
    cellConfidence: 0.9,
    rank: 100,
    examples: [],
    negativeExamples: [],
    references: [],
  };
}

let at = 0;

/** A match behind the one before it. */
export function match(entity: Entity, value: string, extra: Partial<Match> & { id?: string } = {}): Match {
  const start = at;
  at += value.length + 1;
  const { id, ...rest } = extra;
  return {
    rule: ruleOf(entity, id),
    start,
    end: start + value.length,
    value,
    normal: value.toLowerCase(),
    confidence: 0.9,
    checked: false,
    example: false,
    by: 'column',
    ...rest,
  };
}

export const last = (value: string, extra = {}) =>
  match('PERSON', value, { id: 'person.name.last', ...extra });
export const first = (value: string, extra = {}) =>
  match('PERSON', value, { id: 'person.name.first', ...extra });
export const full = (value: string, extra = {}) =>
  match('PERSON', value, { id: 'person.name.full', ...extra });
