/**
 * The output: JSON lines of four kinds. Field names are fixed; new ones may be added. The JSON Schema printed by
 * `leaksift schema` is generated from these zod types.
 */
import { z } from 'zod';

import { BANDS, ENTITIES, SEVERITIES } from './entity.js';
import { OUTPUT_FORMAT } from './version.js';

const count = z.int().nonnegative();

export const locationSchema = z.strictObject({
  startByte: count.optional(),
  endByte: count.optional(),
  /** `source`: bytes of the content itself; `text`: bytes of the text extracted from it. */
  offsets: z.enum(['source', 'text']).optional(),
  startLine: count.optional(),
  startColumn: count.optional(),
  page: count.optional(),
  sheet: z.string().optional(),
  part: z.string().optional(),
  row: count.optional(),
  /** Spreadsheet letter of the column: A, B, ..., AA. */
  column: z.string().optional(),
  columnName: z.string().optional(),
});

export const findingSchema = z.strictObject({
  type: z.literal('finding'),
  ruleId: z.string(),
  entity: z.enum(ENTITIES),
  severity: z.enum(SEVERITIES),
  /** 0 to 1. */
  confidence: z.number().min(0).max(1),
  band: z.enum(BANDS),
  uri: z.string(),
  version: z.string().optional(),
  path: z.string().optional(),
  location: locationSchema,
  masked: z.string(),
  value: z.string().optional(),
  /** Characters of the value. Absent for secrets, as is `location.endByte`, unless values are shown. */
  length: count.optional(),
  fingerprint: z.string(),
  hidden: z.union([z.string(), z.literal(true)]).optional(),
  /** True where the value is reserved for documentation or fiction. */
  example: z.literal(true).optional(),
  context: z.strictObject({ before: z.string(), after: z.string() }).optional(),
  recordId: z.string().optional(),
});

export const COVERAGE_STATUSES = ['complete', 'partial', 'skipped', 'error'] as const;

export const coverageSchema = z.strictObject({
  type: z.literal('coverage'),
  uri: z.string(),
  version: z.string().optional(),
  path: z.string().optional(),
  mediaType: z.string().optional(),
  bytes: count.optional(),
  status: z.enum(COVERAGE_STATUSES),
  reason: z.string().optional(),
  detail: z.string().optional(),
  /** True where a baseline accepts that it could not be read. */
  accepted: z.literal(true).optional(),
});

const tally = z.record(z.string(), count);

export const recordSchema = z.strictObject({
  type: z.literal('record'),
  recordId: z.string(),
  uri: z.string(),
  version: z.string().optional(),
  path: z.string().optional(),
  location: locationSchema,
  /** Masked name, if the record has one. */
  person: z.string().optional(),
  /** The role of another person in a table row: from its header (`supervisor`), or `mentioned`. */
  role: z.string().optional(),
  /** Keyed fingerprint of the normalised name, if the record has one. */
  personFingerprint: z.string().optional(),
  entities: tally,
  risk: z.strictObject({ score: z.number().min(0).max(100), reasons: z.array(z.string()) }),
  hidden: z.union([z.string(), z.literal(true)]).optional(),
  /** The watchlist's rows or reference values that match this record, and how they matched. */
  watchlist: z.array(z.strictObject({ ref: z.string(), by: z.array(z.string()) })).optional(),
});

export const rosterSchema = z.strictObject({
  type: z.literal('roster'),
  uri: z.string(),
  version: z.string().optional(),
  path: z.string().optional(),
  sheet: z.string().optional(),
  rows: count,
  persons: count,
  columns: z.array(z.strictObject({ column: z.string(), name: z.string(), entity: z.string().optional() })),
  kind: z.enum(['police', 'other']),
  hidden: z.union([z.string(), z.literal(true)]).optional(),
});

export const summarySchema = z.strictObject({
  type: z.literal('summary'),
  /** The format version of all lines of this output. */
  format: z.literal(OUTPUT_FORMAT),
  status: z.enum(['complete', 'incomplete', 'interrupted']),
  items: count,
  bytes: count,
  findings: z.strictObject({
    total: count,
    byEntity: tally,
    byRule: tally,
    bySeverity: tally,
  }),
  coverage: z.strictObject({
    complete: count,
    partial: count,
    skipped: count,
    error: count,
    byReason: tally,
  }),
  /** Findings of rules that are reported as a count only (IP addresses). */
  counted: tally.optional(),
  /** Items per note: `older-versions-not-read`. */
  notes: tally.optional(),
  records: count.optional(),
  rosters: count.optional(),
  persons: z.strictObject({ distinct: count, byEntity: tally }).optional(),
  watchlist: z.strictObject({ entries: count, found: count }).optional(),
  /** Findings that a baseline accepts. No other count includes them, and they have no line. */
  accepted: count.optional(),
  /** Contents that could not be read and that a baseline accepts: they do not make the run incomplete. */
  acceptedUnread: count.optional(),
  /** Items that were not read again because they are unchanged since the run given with --since-run. */
  carried: count.optional(),
  toolVersion: z.string(),
  packHash: z.string(),
});

export const eventSchema = z.discriminatedUnion('type', [
  findingSchema,
  recordSchema,
  rosterSchema,
  coverageSchema,
  summarySchema,
]);

export type Location = z.infer<typeof locationSchema>;
export type Finding = z.infer<typeof findingSchema>;
export type Coverage = z.infer<typeof coverageSchema>;
export type CoverageStatus = Coverage['status'];
export type PersonRecord = z.infer<typeof recordSchema>;
export type Roster = z.infer<typeof rosterSchema>;
export type Summary = z.infer<typeof summarySchema>;
export type Event = z.infer<typeof eventSchema>;
