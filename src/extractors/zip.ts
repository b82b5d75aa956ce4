/**
 * zip and its kin as archives: every member is a content. Encrypted members say `encrypted`; members of
 * odd methods go through 7-Zip in one go at the end. A broken directory makes the archive partial.
 */
import type { ExtractContext, Extractor, PartWriter } from '../core/content.js';
import { LeaksiftError } from '../core/errors.js';
import { MEDIA } from './media-types.js';
import { openZip, type ZipArchive, type ZipEntry } from './zip-entries.js';

export const zip: Extractor = {
  id: 'zip',
  mediaTypes: [MEDIA.zip, MEDIA.jar, MEDIA.vsdx, MEDIA.xps],
  container: true,
  async extract(_content, out, context) {
    const archive = await openZip(await context.randomAccess(), context.budget);
    let count = 0;
    for await (const entry of archive.entries()) {
      count++;
      if (!entry.directory) await member(archive, entry, { out, context });
    }
    if (count === 0 && archive.problem) throw new LeaksiftError('corrupt', 'no zip members found');
    if (archive.problem) out.partial(archive.problem);
  },
};

async function member(
  archive: ZipArchive,
  entry: ZipEntry,
  { out, context }: { out: PartWriter; context: ExtractContext },
): Promise<void> {
  const name = entry.name === '' ? 'unnamed' : entry.name;
  await out.member(context.child(name, () => archive.open(entry), { size: entry.size }));
}
