/**
 * zip and its kin as archives: every member is a content. Encrypted members say `encrypted`, or are read
 * with the given passwords; these and members of odd methods go through 7-Zip in one pass at the end. A
 * broken directory makes the archive partial.
 */
import type { ExtractContext, Extractor, PartWriter } from '../../core/content.js';
import { LeaksiftError } from '../../core/errors.js';
import { canOpen, openZip, type ZipEntry } from './zip-entries.js';

/** Members kept for 7-Zip; more than any honest archive has of odd methods. */
const MAX_ODD = 100_000;

export const zip: Extractor = {
  async extract(_content, out, context) {
    const archive = await openZip(await context.randomAccess(), context.budget);
    const odd: ZipEntry[] = [];
    let count = 0;
    for await (const entry of archive.entries()) {
      count++;
      if (entry.directory) continue;
      if (isForSevenZip(entry, context) && odd.length < MAX_ODD) odd.push(entry);
      else await out.member(context.child(nameOf(entry), () => archive.open(entry), { size: entry.size }));
    }
    if (count === 0 && archive.problem) throw new LeaksiftError('corrupt', 'no zip members found');
    if (odd.length > 0) await readOdd(odd, out, context);
    if (archive.problem) out.partial(archive.problem);
  },
};

function isForSevenZip(entry: ZipEntry, { options }: ExtractContext): boolean {
  // It finds members by the directory alone.
  if (entry.salvaged) return false;
  return entry.encrypted ? options.passwords.length > 0 : !canOpen(entry);
}

async function readOdd(
  entries: readonly ZipEntry[],
  out: PartWriter,
  context: ExtractContext,
): Promise<void> {
  const { readWithSevenZip } = await import('./zip-by-sevenzip.js');
  const named = entries.map((entry) => ({ ...entry, name: nameOf(entry) }));
  await readWithSevenZip(named, out, context);
}

function nameOf(entry: ZipEntry): string {
  return entry.name === '' ? 'unnamed' : entry.name;
}
