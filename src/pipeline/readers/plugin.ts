/**
 * The contract of plug-ins: ES modules of the user's that add formats, sources or a detector of names. They run with
 * the rights of leaksift, in every thread and process that scans.
 */
import type { Extractor } from '../../core/content.js';
import type { Format } from '../../core/format.js';
import type { Rule } from '../../core/rule.js';
import type { Source } from '../../core/source.js';
import type { NameDetector } from '../../match/names/name-detector.js';

/** The default export of a plug-in, or its exports of these names. */
export interface Plugin {
  readonly formats?: readonly PluginFormat[];
  /** Asked for each address before the built-in sources. One that holds connections frees them in close(). */
  readonly sources?: readonly Source[];
  readonly nameDetector?: MakeNameDetector;
}

/** A format whose reader stands in its descriptor, or is loaded by it. What is left out has a default. */
export type PluginFormat = Pick<Format, 'id' | 'mediaTypes'> &
  Partial<Omit<Format, 'id' | 'mediaTypes' | 'load' | 'splits'>> &
  (Extractor | Pick<Format, 'load' | 'splits'>);

/**
 * Makes what finds names in running text, once a thread. `inner` is the built-in detector, or that of the plug-in
 * before: to extend it, ask it too; to replace it, do not.
 */
export type MakeNameDetector = (
  inner: NameDetector,
  context: NameContext,
) => NameDetector | Promise<NameDetector>;

export type NameContext = {
  /** A rule that names are reported as, such as `person.name.text`; undefined where the run does not use it. */
  ruleOf(id: string): Rule | undefined;
};
