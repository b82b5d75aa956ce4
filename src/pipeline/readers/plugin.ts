/**
 * The contract of plug-ins: ES modules of the user that add formats, sources or a detector of names. They run with
 * the rights of leaksift, in every thread and process that scans.
 */
import type { Extractor } from '../../core/content.js';
import type { Format } from '../../core/format.js';
import type { Rule } from '../../core/rule.js';
import type { Source } from '../../core/source.js';
import type { NameDetector } from '../../match/names/name-detector.js';

/** The default export of a plug-in, or its named exports. */
export interface Plugin {
  readonly formats?: readonly PluginFormat[];
  /** Asked for each address before the built-in sources. A source with connections closes them in close(). */
  readonly sources?: readonly Source[];
  readonly nameDetector?: MakeNameDetector;
}

/** A format with its reader, or with a load() for it. Omitted fields have defaults. */
export type PluginFormat = Pick<Format, 'id' | 'mediaTypes'> &
  Partial<Omit<Format, 'id' | 'mediaTypes' | 'load' | 'splits'>> &
  (Extractor | Pick<Format, 'load' | 'splits'>);

/**
 * Makes a detector of names in running text, once per thread. `inner` is the built-in detector, or that of the
 * previous plug-in: call it to extend it, or ignore it to replace it.
 */
export type MakeNameDetector = (
  inner: NameDetector,
  context: NameContext,
) => NameDetector | Promise<NameDetector>;

export type NameContext = {
  /** A rule to report names under, such as `person.name.text`; undefined if the run does not use it. */
  ruleOf(id: string): Rule | undefined;
};
