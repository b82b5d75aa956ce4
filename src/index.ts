/**
 * The library (docs/LIBRARY.md): scan(), rule packs, events, errors, and the contracts of plug-ins. What is not exported
 * here is not public. The command line is no part of it.
 */
import { env } from 'node:process';
import type { Event } from './core/events.js';
import { scanEvents } from './library/scan.js';
import type { ScanOptions } from './library/scan-options.js';

export type {
  Cell,
  ChildOptions,
  Content,
  ExtractContext,
  ExtractOptions,
  Extractor,
  PartWriter,
  Place,
  RandomAccess,
  RowOptions,
  TableFlow,
  TableOptions,
  TextFlow,
} from './core/content.js';
export type { Band, Entity, Severity } from './core/entity.js';
export { LeaksiftError } from './core/errors.js';
export {
  type Coverage,
  type Event,
  eventSchema,
  type Finding,
  type PersonRecord,
  type Roster,
  type Summary,
} from './core/events.js';
export type { DetectHints, Format } from './core/format.js';
export type { Rule } from './core/rule.js';
export type { Item, Log, Source, SourceContext, SourceTraits } from './core/source.js';
export { loadPacks, proveRules } from './library/packs.js';
export type { ScanOptions } from './library/scan-options.js';
export type { FoundName, NameDetector } from './match/names/name-detector.js';
export type { MakeNameDetector, NameContext, Plugin, PluginFormat } from './pipeline/readers/plugin.js';
export type { Problem as RuleProblem } from './rules/check.js';
export type { Packs } from './rules/load.js';

/**
 * Scans `targets` and yields events as they are found, and a summary last:
 *
 *     for await (const event of scan(['./share', 's3://bucket'], { confidence: 'high' })) …
 *
 * Every option has the default of the command line. Throws LeaksiftError.
 */
export function scan(
  targets: string | readonly string[],
  options: ScanOptions = {},
): AsyncGenerator<Event, void, undefined> {
  return scanEvents(targets, options, env);
}
