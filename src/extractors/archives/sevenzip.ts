/**
 * 7z, rar, cab, iso, cpio, arj, lzh and similar archives, read by 7-Zip: listed first (sizes, encryption,
 * dictionaries), then extracted in one pass. Encrypted members are read with the given passwords or get the reason
 * `encrypted`. Rejects methods that need more memory than a parser may use.
 */
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExtractContext, Extractor, PartWriter } from '../../core/content.js';
import { LeaksiftError } from '../../core/errors.js';
import { MiB } from '../../core/limits.js';
import { isEmptyArchive } from './sevenzip-empty.js';
import { readWanted, refuseMember } from './sevenzip-extract.js';
import { archiveFaults, faultCode } from './sevenzip-faults.js';
import { type ListedMember, type Listing, readListing } from './sevenzip-list.js';
import { hasEncryptedList } from './sevenzip-locked.js';
import { ARCHIVE, OUTPUT, type SevenZipEvent } from './sevenzip-protocol.js';
import { SevenZipRun } from './sevenzip-run.js';
import { isVolume } from './sevenzip-volume.js';
import { WantedMembers } from './sevenzip-wanted.js';
import { readRange } from './zip-entries.js';

const MAX_DICTIONARY = 256 * MiB;
const QUIET = ['-bd', '-bsp0', '-y', '-sccUTF-8'];

export const sevenZip: Extractor = {
  async extract(content, out, context) {
    const archive = new SevenZipArchive(await archiveOf(context), context);
    let isWhole = false;
    try {
      isWhole = await archive.extract(out);
    } finally {
      await archive.close();
      if (!isWhole && (await isVolume(content.name, await context.randomAccess())))
        out.partial('split-archive');
    }
  },
};

export type ArchiveSource = { readonly archive: string | Uint8Array; readonly bytes: number };

/** The archive in a form for 7-Zip: a local file (written if needed), or all bytes. */
export async function archiveOf(context: ExtractContext): Promise<ArchiveSource> {
  const access = await context.randomAccess();
  if (typeof access.path === 'string') return { archive: access.path, bytes: access.size };
  if (access.size <= context.budget.limits.maxMemoryBytes) {
    return { archive: await access.read(0, access.size), bytes: access.size };
  }
  // Its path is not UTF-8.
  const path = join(await context.tempFolder(), `archive-${randomUUID()}`);
  await writeFile(path, readRange(access, 0, access.size), { mode: 0o600, flag: 'wx' });
  return { archive: path, bytes: access.size };
}

type Output = { readonly out: PartWriter; readonly reasons: Set<string> };

/** One archive, open in 7-Zip until close(). */
export class SevenZipArchive {
  readonly #seven: SevenZipRun;

  constructor(
    private readonly source: ArchiveSource,
    private readonly context: ExtractContext,
  ) {
    this.#seven = new SevenZipRun(source.archive, context.budget);
  }

  #run(args: readonly string[]): AsyncGenerator<SevenZipEvent> {
    return this.#seven.run(args);
  }

  close(): Promise<void> {
    return this.#seven.close();
  }

  /** Passes on every member; false if the archive as a whole has a fault. */
  async extract(out: PartWriter): Promise<boolean> {
    const { listing, password } = await this.#open();
    if (listing.members.length === 0) {
      throwFault(listing, await this.#isLocked(listing));
      if (await isEmptyArchive(await this.context.randomAccess())) return true;
      throw new LeaksiftError('corrupt', '7-Zip lists no members');
    }
    checkMemory(listing.members);
    const reasons = archiveFaults(listing.errors);
    try {
      await this.#members(listing.members, password, { out, reasons });
    } finally {
      for (const reason of reasons) out.partial(reason);
    }
    return reasons.size === 0;
  }

  async #members(members: readonly ListedMember[], listPassword: string, into: Output): Promise<void> {
    const files = members.filter((member) => !member.isFolder);
    const locked = files.filter((member) => member.isEncrypted && !member.isSpecial);
    const password = listPassword || (await this.findPassword(locked)) || '';
    const wanted = new WantedMembers('read');
    for (const member of files) {
      const code = refusal(member, password);
      const name = member.path || 'unnamed';
      if (code === undefined) wanted.want(member.path, name);
      else {
        wanted.refuse(member.path);
        await refuseMember({ name, code, size: member.size }, { ...into, context: this.context });
      }
    }
    if (wanted.size > 0) await this.extractWanted(wanted, { ...into, password });
  }

  /** The listing, with the first given password that opens it if it is encrypted itself. */
  async #open(): Promise<{ listing: Listing; password: string }> {
    const listing = await this.list('');
    if (listing.members.length > 0 || !(await this.#isLocked(listing))) return { listing, password: '' };
    for (const password of this.context.options.passwords) {
      const unlocked = await this.list(password);
      if (!(await this.#isLocked(unlocked))) return { listing: unlocked, password };
    }
    return { listing, password: '' };
  }

  async #isLocked({ members, errors, exitCode }: Listing): Promise<boolean> {
    if (errors.some((line) => /encrypted|password/i.test(line))) return true;
    return exitCode !== 0 && members.length === 0 && hasEncryptedList(this.source.archive);
  }

  /** Extracts the wanted members; see readWanted. */
  async extractWanted(
    wanted: WantedMembers,
    options: Output & { readonly password: string; readonly only?: readonly string[] },
  ): Promise<void> {
    const { password, only = [] } = options;
    const chosen = only.map((path) => `-i!${path}`);
    const args = ['x', ...QUIET, '-spd', `-p${password}`, `-o${OUTPUT}`, ...chosen, ARCHIVE];
    await readWanted(this.#run(args), wanted, {
      ...options,
      context: this.context,
      archiveBytes: this.source.bytes,
    });
  }

  list(password: string): Promise<Listing> {
    const { maxMembers } = this.context.budget.limits;
    return readListing(this.#run(['l', '-slt', '-ba', ...QUIET, `-p${password}`, ARCHIVE]), maxMembers);
  }

  /** The first given password that opens the smallest of these members. */
  async findPassword(locked: readonly ListedMember[]): Promise<string | undefined> {
    const files = locked.filter((member) => !member.isFolder);
    const smallest = files.reduce(
      (a, b) => ((b.size ?? 0) < (a.size ?? 0) ? b : a),
      files[0] as ListedMember,
    );
    for (const password of files.length > 0 ? this.context.options.passwords : []) {
      const test = this.#run(['t', ...QUIET, '-spd', `-p${password}`, `-i!${smallest.path}`, ARCHIVE]);
      if (await passes(test)) return password;
    }
    return undefined;
  }
}

async function passes(test: AsyncIterable<SevenZipEvent>): Promise<boolean> {
  let isRight = true;
  for await (const event of test) {
    if (event.type === 'error-line' && event.text.trim() !== '') isRight = false;
    if (event.type === 'exit' && event.code !== 0) isRight = false;
  }
  return isRight;
}

function throwFault(listing: Listing, isLocked: boolean): void {
  if (isLocked) throw new LeaksiftError('encrypted', 'the list of members is encrypted');
  if (listing.exitCode !== 0)
    throw new LeaksiftError(faultCode(listing.errors.join(' ')), '7-Zip cannot open it');
}

/** Throws before 7-Zip allocates the memory. */
export function checkMemory(members: readonly ListedMember[]): void {
  if (members.some((member) => member.dictionaryBytes > MAX_DICTIONARY)) {
    throw new LeaksiftError('limit-memory', 'needs a dictionary of more than 256 MiB');
  }
}

/** Why a listed member is not extracted. */
function refusal(member: ListedMember, password: string): string | undefined {
  if (member.isSpecial) return 'not-regular-file';
  return member.isEncrypted && password === '' ? 'encrypted' : undefined;
}
