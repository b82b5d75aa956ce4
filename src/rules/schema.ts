/**
 * The zod schema of an entry in rules/*.yaml, with the snake_case field names of the files. Unknown keys are
 * rejected. rules/README.md describes the fields.
 */
import { z } from 'zod';
import { ENTITIES, SEVERITIES } from '../core/entity.js';

const text = z.string().min(1).max(4000);
const words = z.array(z.string().min(1).max(80)).max(2000);
const share = z.number().min(0).max(1);

export const exampleSchema = z.union([
  text,
  z.strictObject({ text, value: text.optional(), column: z.string().min(1).max(200).optional() }),
]);

const prefilterSchema = z.union([
  z.strictObject({ words: words.min(1) }),
  z.strictObject({ literals: z.array(z.string().min(1).max(40)).min(1).max(64) }),
  z.strictObject({ digits: z.int().min(1).max(64) }),
]);

const contextSchema = z.strictObject({
  words: words.default([]),
  before: z.int().min(0).max(300).default(60),
  after: z.int().min(0).max(300).default(20),
  adds: share.default(0.25),
  negative: words.default([]),
  subtracts: share.default(0.4),
});

export const ruleSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)+$/, {
    error: 'must be dotted lower case, like contact.phone.fr',
  }),
  name: z.string().min(1).max(120),
  entity: z.enum(ENTITIES),
  description: text,
  severity: z.enum(SEVERITIES),
  pattern: z.union([text, z.array(text).min(1)]).optional(),
  group: z.int().min(0).max(20).default(0),
  refine: z.string().min(1).optional(),
  validator: z.string().min(1).optional(),
  prefilter: prefilterSchema.optional(),
  // The band medium, which is reported without --confidence.
  confidence: share.default(0.65),
  context: contextSchema.optional(),
  requires: z.enum(['nothing', 'context', 'column', 'mention']).default('nothing'),
  columns: words.default([]),
  cell: z.union([text, z.array(text).min(1)]).optional(),
  cell_confidence: share.default(0.9),
  rank: z.int().min(0).max(1000).default(100),
  examples: z.array(exampleSchema).min(1, { error: 'at least one example is needed' }),
  negative_examples: z.array(exampleSchema).min(1, { error: 'at least one counter-example is needed' }),
  references: z.array(z.string().min(1).max(400)).default([]),
  max_length: z.int().min(1).max(4096).default(512),
});

export const packSchema = z.strictObject({
  description: z.string().max(2000).optional(),
  rules: z.array(ruleSchema).max(5000),
});

export type RuleEntry = z.infer<typeof ruleSchema>;
export type ExampleEntry = z.infer<typeof exampleSchema>;
