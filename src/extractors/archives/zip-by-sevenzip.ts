/** Reads zip members with rare methods or encryption through 7-Zip, matched by the offset of their headers. */
import type { ExtractContext, PartWriter } from '../../core/content.js';
import { archiveOf, checkMemory, SevenZipArchive } from './sevenzip.js';
import { refuseMember } from './sevenzip-extract.js';
import type { ListedMember } from './sevenzip-list.js';
import { cleanPath, WantedMembers } from './sevenzip-wanted.js';
import type { ZipEntry } from './zip-entries.js';

/** With more names, 7-Zip extracts the whole archive and the rest is dropped. */
const MAX_CHOSEN = 200;

export async function readWithSevenZip(
  entries: readonly ZipEntry[],
  out: PartWriter,
  context: ExtractContext,
): Promise<void> {
  const archive = new SevenZipArchive(await archiveOf(context), context);
  try {
    await new OddMembers(archive, out, context).read(entries);
  } finally {
    await archive.close();
  }
}

class OddMembers {
  constructor(
    private readonly archive: SevenZipArchive,
    private readonly out: PartWriter,
    private readonly context: ExtractContext,
  ) {}

  async read(entries: readonly ZipEntry[]): Promise<void> {
    const { archive, out, context } = this;
    const { members } = await archive.list('');
    const found = match(entries, members);
    checkMemory([...found.values()]);
    const locked = [...found.values()].filter((member) => member.isEncrypted);
    const password = locked.length > 0 ? await archive.findPassword(locked) : '';
    const wanted = new WantedMembers('ignore');
    const reasons = new Set<string>();
    const only: string[] = [];
    for (const entry of entries) {
      const member = found.get(entry);
      const code = !member
        ? 'unsupported-method'
        : member.isEncrypted && password === undefined
          ? 'encrypted'
          : undefined;
      if (code !== undefined) await refuseMember({ name: entry.name, code }, { out, context, reasons });
      else if (member) {
        wanted.want(member.path, entry.name);
        only.push(member.path);
      }
    }
    const chosen = only.length <= MAX_CHOSEN ? only : [];
    const options = { password: password ?? '', out, reasons, only: chosen };
    if (wanted.size > 0) await archive.extractWanted(wanted, options);
    for (const reason of reasons) out.partial(reason);
  }
}

/** By the offset of the local header; by name if leading junk has shifted the offsets. */
function match(entries: readonly ZipEntry[], members: readonly ListedMember[]): Map<ZipEntry, ListedMember> {
  const byOffset = new Map(members.map((member) => [member.offset, member]));
  const byPath = new Map(members.map((member) => [cleanPath(member.path), member]));
  const found = new Map<ZipEntry, ListedMember>();
  for (const entry of entries) {
    const at = byOffset.get(entry.offset);
    const isSame = at !== undefined && (at.size === undefined || at.size === entry.size);
    const member = isSame ? at : byPath.get(cleanPath(entry.name));
    if (member) found.set(entry, member);
  }
  return found;
}
