/**
 * Findings of what names themselves tell: those of an item, of the folders that it is the first of, of a member, of a
 * sheet. In: a locator and the part of its name that was not told before. Out: findings with `part: "name"`.
 */
import type { Place } from '../../core/content.js';
import type { Collector, ContentScope } from './scan-scope.js';

type NameScope = Pick<ContentScope, 'locator' | 'shown' | 'names' | 'hidden'> & {
  readonly newCollector: () => Collector;
};

const PART = 'name';

/** Hands on what is found in each segment of `text`, as passages of their own. */
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

/** Where in `name` the segments begin that `before`, the name told before it, did not have. */
export function newNamesFrom(name: string, before: string): number {
  let shared = 0;
  while (shared < name.length && name[shared] === before[shared]) shared += 1;
  return name.lastIndexOf('/', Math.min(shared, name.length) - 1) + 1;
}

/** The last segment of a uri or member name. */
export function lastNameFrom(name: string): number {
  return name.lastIndexOf('/') + 1;
}
