/**
 * zip-based archives: every member is a content. Encrypted members get the reason `encrypted`, or are read with the
 * given passwords; these and members with rare methods go through 7-Zip in one pass at the end. A broken directory,
 * and a member that cannot be read, make the archive partial.
 */
import type { ExtractContext, Extractor, PartWriter } from '../../core/content.js';
import { codeOf, LeaksiftError } from '../../core/errors.js';
import { canOpen, openZip, type ZipEntry } from './zip-entries.js';

/** The most members kept for 7-Zip; no real archive has more with rare methods. */
const MAX_ODD = 100_000;

export const zip: Extractor = {
  async extract(_content, out, context) {
    const archive = await openZip(await context.randomAccess(), context.budget);
    const odd: ZipEntry[] = [];
    const faults = new Set<string>();
    let count = 0;
    for await (const entry of archive.entries()) {
      count++;
      if (entry.directory) continue;
      if (isForSevenZip(entry, context) && odd.length < MAX_ODD) odd.push(entry);
      else {
        const open = () => noting(archive.open(entry), faults);
        await out.member(context.child(nameOf(entry), open, { size: entry.size }));
      }
    }
    for (const fault of faults) out.partial(fault);
    if (count === 0 && archive.problem) throw new LeaksiftError('corrupt', 'no zip members found');
    if (odd.length > 0) await readOdd(odd, out, context);
    if (archive.problem) out.partial(archive.problem);
  },
};

/** Records why a member could not be read. */
async function* noting(stream: AsyncIterable<Buffer>, faults: Set<string>): AsyncGenerator<Buffer> {
  try {
    yield* stream;
  } catch (error) {
    faults.add(codeOf(error));
    throw error;
  }
}

function isForSevenZip(entry: ZipEntry, { options }: ExtractContext): boolean {
  // 7-Zip finds members only by the directory.
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
