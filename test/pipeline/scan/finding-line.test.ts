import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BANDS, ENTITIES, SEVERITIES } from '../../../src/core/entity.js';
import { findingSchema } from '../../../src/core/events.js';
import { safeJson } from '../../../src/core/printable.js';
import { findingLine } from '../../../src/pipeline/scan/finding-line.js';

const anyText = fc.string({ unit: 'binary' });
const count = fc.nat();
const fields = {
  type: fc.constant('finding' as const),
  ruleId: anyText,
  entity: fc.constantFrom(...ENTITIES),
  severity: fc.constantFrom(...SEVERITIES),
  confidence: fc.double({ min: 0, max: 1, noNaN: true }),
  band: fc.constantFrom(...BANDS),
  uri: anyText,
  version: anyText,
  path: anyText,
  location: fc.record(
    {
      startByte: count,
      endByte: count,
      offsets: fc.constantFrom('source' as const, 'text' as const),
      startLine: count,
      startColumn: count,
      page: count,
      sheet: anyText,
      part: anyText,
      row: count,
      column: anyText,
      columnName: anyText,
    },
    { requiredKeys: [] },
  ),
  masked: anyText,
  value: anyText,
  length: count,
  fingerprint: fc.constant('0a'.repeat(16)),
  hidden: fc.oneof(anyText, fc.constant(true as const)),
  example: fc.constant(true as const),
  context: fc.record({ before: anyText, after: anyText }),
  recordId: fc.constant('f'.repeat(20)),
};

test('a line is what safeJson writes, whatever the texts hold', () => {
  // Every field of the schema is here, so none can be forgotten in the line.
  expect(Object.keys(fields).sort()).toEqual(Object.keys(findingSchema.shape).sort());
  const optional = ['version', 'path', 'value', 'hidden', 'example', 'context', 'recordId'];
  const requiredKeys = Object.keys(fields).filter(
    (name) => !optional.includes(name),
  ) as (keyof typeof fields)[];
  fc.assert(
    fc.property(fc.record(fields, { requiredKeys }), (finding) => {
      expect(findingLine(finding)).toBe(`${safeJson(finding)}\n`);
    }),
    { numRuns: 500 },
  );
});
