/**
 * The package layer of Office files (OPC): parts by name in any spelling (case, backslashes, leading slash, percent
 * escapes), and the relationships between parts. Parts are found by following relationships, never by their usual
 * names.
 */

import type { ZipEntry } from '../archives/zip-entries.js';
import type { XmlHandler } from '../markup/xml.js';

export type Relationship = {
  readonly id: string;
  /** The last segment of the type's URI: `worksheet`, `sharedStrings`, ... */
  readonly type: string;
  /** The target part (a key of parts), or the raw target if it is external. */
  readonly target: string;
  readonly external: boolean;
};

const MAX_RELATIONSHIPS = 100_000;

/** The canonical spelling of a part name: lower case, forward slashes, no leading slash, dots resolved. */
export function partName(name: string): string {
  const out: string[] = [];
  for (const segment of unescapePercent(name).replaceAll('\\', '/').toLowerCase().split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') out.pop();
    else out.push(segment);
  }
  return out.join('/');
}

function unescapePercent(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

export class OpcPackage {
  readonly parts = new Map<string, ZipEntry>();

  constructor(entries: Iterable<ZipEntry>) {
    for (const entry of entries) {
      const name = partName(entry.name);
      if (!entry.name.endsWith('/') && !this.parts.has(name)) this.parts.set(name, entry);
    }
  }

  /** The relationships of a part; of the package itself for ''. */
  async relationships(part: string, read: PartRead): Promise<Relationship[]> {
    const slash = part.lastIndexOf('/');
    const folder = part.slice(0, slash + 1);
    const rels = this.parts.get(`${folder}_rels/${part.slice(slash + 1)}.rels`);
    if (!rels) return [];
    const found: Relationship[] = [];
    await read(rels, {
      open: (name, attrs) => {
        if (name !== 'Relationship' || found.length >= MAX_RELATIONSHIPS) return;
        const target = attrs.get('Target') ?? '';
        const external = attrs.get('TargetMode')?.toLowerCase() === 'external';
        found.push({
          id: attrs.get('Id') ?? '',
          type: (attrs.get('Type') ?? '').replace(/.*\//, ''),
          target: external ? target : partName(/^[/\\]/.test(target) ? target : folder + target),
          external,
        });
      },
      close: () => {},
      text: () => {},
    });
    return found;
  }
}

/** Reads one part's XML into a handler; resolves to false if it was damaged or cut. */
export type PartRead = (entry: ZipEntry, handler: XmlHandler) => Promise<boolean>;
