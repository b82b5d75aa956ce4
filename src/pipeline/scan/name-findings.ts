/**
 * Findings in names: of an item, of the folders in which it is the first, of a member, of a sheet. Input: a locator
 * and the new part of its name; output: findings with `part: "name"`.
 */
import type { Place } from '../../core/content.js';
import type { Collector, ContentScope } from './scan-scope.js';

type NameScope = Pick<ContentScope, 'locator' | 'shown' | 'names' | 'hidden'> & {
  readonly newCollector: () => Collector;
};

const PART = 'name';

/** Reports the matches in each segment of `text`, as separate passages. */
export function tellName(text: string, scope: NameScope, place: Pick<Place, 'sheet'> = {}): void {
  const { locator, shown, names, hidden } = scope;
  const segments = place.sheet === undefined ? text.split('/') : [text];
  if (segments.every((segment) => names.finder.find(segment).length === 0)) return;
  const collector = scope.newCollector();
  let base = 0;
  for (const segment of segments) {
    for (const match of names.finder.find(segment)) {
      const [start, end] = [base + match.start, base + match.end];
      const location = {
        startByte: start,
        endByte: end,
        offsets: 'text' as const,
        sheet: place.sheet === undefined ? undefined : names.sheet(place.sheet),
        part: PART,
      };
      const at = { locator, shown, location, place: { ...place, part: PART }, hidden };
      collector.match({ ...match, start, end }, () => at);
    }
    collector.endText();
    base += Buffer.byteLength(segment) + 1;
  }
  collector.endContent();
}

/** The offset in `name` at which it differs from `before`, the previously reported name, at a segment border. */
export function newNamesFrom(name: string, before: string): number {
  let shared = 0;
  while (shared < name.length && name[shared] === before[shared]) shared += 1;
  return name.lastIndexOf('/', Math.min(shared, name.length) - 1) + 1;
}

/** The last segment of a uri or member name. */
export function lastNameFrom(name: string): number {
  return name.lastIndexOf('/') + 1;
}
