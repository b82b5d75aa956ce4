/**
 * Lists one target of a run. Rejects a target without items, and reports what was asked and what the filters omitted:
 * a wrong prefix or glob must not look like a clean scan. `--allow-empty` accepts it.
 */
import { LeaksiftError } from '../../core/errors.js';
import { escapeName } from '../../core/locator.js';
import type { Item, Omitted, SourceOptions } from '../../core/source.js';
import type { ReadContext } from './readers.js';

type Omissions = Record<Omitted, number>;

/** Throws what its source throws, and `source` if it lists no item. */
export async function* listTarget(address: string, context: ReadContext): AsyncGenerator<Item> {
  const omitted: Omissions = { item: 0, folder: 0 };
  const omit = (what: Omitted) => {
    omitted[what] += 1;
  };
  const source = context.readers.sources.sourceFor(address);
  let isEmpty = true;
  for await (const item of source.list(address, { ...context, omitted: omit })) {
    if (item.scheme !== source.id)
      throw new LeaksiftError(
        'source',
        `${address}: the source ${source.id} listed an item of the scheme ${item.scheme}`,
      );
    isEmpty = false;
    yield item;
  }
  if (!isEmpty || context.options.allowEmpty || context.signal.aborted) return;
  throw new LeaksiftError('source', nothingIn(address, omitted, context.options));
}

function nothingIn(address: string, { item, folder }: Omissions, options: SourceOptions): string {
  const name = escapeName(address);
  const hint = '; --allow-empty accepts this';
  if (item + folder === 0) return `nothing to scan in ${name}: no file or object found${hint}`;
  const filters = [
    ...options.include.map((glob) => `--include ${escapeName(glob)}`),
    ...options.exclude.map((glob) => `--exclude ${escapeName(glob)}`),
  ];
  const there = [plural(item, 'item'), ...(folder > 0 ? [`everything in ${plural(folder, 'folder')}`] : [])];
  const asked = filters.join(' ');
  return `nothing to scan in ${name}: ${asked} leaves out ${there.join(' and ')} (globs match names relative to the target)${hint}`;
}

function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
