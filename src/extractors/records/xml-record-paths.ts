/** Decides from the first XML events which elements are records, and whether the document is prose. */

export type HeldEvent =
  | { readonly kind: 'open'; readonly name: string; readonly attrs: readonly (readonly [string, string])[] }
  | { readonly kind: 'close'; readonly name: string }
  | { readonly kind: 'text' | 'comment'; readonly text: string };

/** Counts over all elements with the same path. */
type Seen = { count: number; parents: number; structured: number };

/** Elements with more than this many of one kind inside, on average, are no records: the inner ones are. */
const LONG_LIST = 8;
/** Share of elements with text beside child elements that makes a document prose. */
const PROSE_SHARE = 0.1;
const MAX_DEPTH = 256;

export function findRecordPaths(events: readonly HeldEvent[]): { paths: Set<string>; isProse: boolean } {
  const { seen, elements, mixed } = survey(events);
  const isProse = mixed > 1 && mixed > elements * PROSE_SHARE;
  const paths = new Set<string>();
  if (isProse) return { paths, isProse };
  // Parents precede their children: a map keeps insertion order.
  for (const [path, { count, parents, structured }] of seen) {
    const repeats = count > parents && structured * 2 >= count;
    if (!repeats) continue;
    const outer = [...paths].find((other) => path.startsWith(`${other}/`));
    if (outer === undefined) paths.add(path);
    else if (count / parents >= LONG_LIST && count > (seen.get(outer)?.count ?? 0)) {
      paths.delete(outer);
      paths.add(path);
    }
  }
  return { paths, isProse };
}

type Open = {
  readonly path: string;
  hasText: boolean;
  hasChild: boolean;
  readonly hasAttributes: boolean;
  readonly children: Set<string>;
};

function survey(events: readonly HeldEvent[]): { seen: Map<string, Seen>; elements: number; mixed: number } {
  const seen = new Map<string, Seen>();
  const open: Open[] = [];
  let elements = 0;
  let mixed = 0;
  for (const event of events) {
    const top = open.at(-1);
    if (event.kind === 'text') {
      if (top && event.text.trim() !== '') top.hasText = true;
    } else if (event.kind === 'open') {
      elements += 1;
      if (open.length < MAX_DEPTH) open.push(openElement(seen, top, event));
    } else if (event.kind === 'close') {
      open.pop();
      if (!top) continue;
      if (top.hasText && top.hasChild) mixed += 1;
      const entry = seen.get(top.path);
      if (entry && (top.hasChild || top.hasAttributes)) entry.structured += 1;
    }
  }
  return { seen, elements, mixed };
}

function openElement(
  seen: Map<string, Seen>,
  parent: Open | undefined,
  event: HeldEvent & { kind: 'open' },
): Open {
  const path = parent ? `${parent.path}/${event.name}` : event.name;
  const entry = seen.get(path) ?? { count: 0, parents: 0, structured: 0 };
  seen.set(path, entry);
  entry.count += 1;
  if (!parent?.children.has(event.name)) entry.parents += 1;
  parent?.children.add(event.name);
  if (parent) parent.hasChild = true;
  return {
    path,
    hasText: false,
    hasChild: false,
    hasAttributes: event.attrs.length > 0,
    children: new Set(),
  };
}
