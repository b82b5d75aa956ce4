/**
 * Outlook stores (.pst, .ost): every folder, every item as a mail member named by its folder path and
 * number. Reads through random access. What the store counts but does not yield is said to be partial.
 */
import { openPst } from '@hiraokahypertools/pst-extractor';
import type { Content, ExtractContext, Extractor, PartWriter, RandomAccess } from '../core/content.js';
import { codeOf, LeaksiftError } from '../core/errors.js';
import { mimeOf } from './mapi-mime.js';
import { MEDIA } from './media-types.js';
import { messageOf, type PstItem } from './pst-message.js';
import { quietly } from './quiet.js';
import { decodeMixed } from './utf8.js';

export const pst: Extractor = {
  id: 'pst',
  mediaTypes: [MEDIA.pst],
  container: true,
  async extract(_content: Content, out: PartWriter, context: ExtractContext): Promise<void> {
    const access = await context.randomAccess();
    await quietly(async () => {
      const root = await openStore(access);
      const walk = new PstWalk(out, context);
      await walk.folder(root, '', 0);
      walk.report();
    });
  },
};

/** What the walk needs of a folder; the library's own type has it. */
export interface PstFolder {
  readonly displayName: string;
  readonly contentCount: number;
  getSubFolderCount(): Promise<number>;
  getSubFolder(index: number): Promise<PstFolder>;
  getEmailCount(): Promise<number>;
  getEmail(index: number): Promise<PstItem>;
  getFasterEmailList(): Promise<readonly { primaryNodeId: number; getMessage(): Promise<PstItem> }[]>;
}

async function openStore(access: RandomAccess): Promise<PstFolder> {
  const readFile = async (buffer: ArrayBuffer, offset: number, length: number, position: number) => {
    const bytes = await access.read(position, length);
    new Uint8Array(buffer).set(bytes, offset);
    return bytes.length;
  };
  try {
    const convertAnsiStringImmediately = (data: Uint8Array) => decodeMixed(Buffer.from(data));
    const provideFallbackTypeConverterOf = () => async () => null;
    const file = await openPst(
      { readFile, close: async () => {} },
      { convertAnsiStringImmediately, provideFallbackTypeConverterOf },
    );
    return await file.getRootFolder();
  } catch (cause) {
    throw new LeaksiftError('corrupt', 'pst: cannot be opened', { cause });
  }
}

const MAX_FOLDER_DEPTH = 100;
/** Errors that end the item, whoever throws them. */
const ENDING: readonly string[] = ['timeout', 'interrupted', 'limit-members', 'limit-expanded-size'];

export class PstWalk {
  #read = 0;
  #missing = 0;
  #broken = 0;
  #seen = new Set<number>();

  constructor(
    private readonly out: PartWriter,
    private readonly context: ExtractContext,
  ) {}

  async folder(folder: PstFolder, outer: string, depth: number): Promise<void> {
    const path = depth === 0 ? '' : `${outer}${pathStep(folder.displayName)}/`;
    await this.#attempt(() => this.#items(folder, path));
    const count = depth < MAX_FOLDER_DEPTH ? await this.#attempt(() => folder.getSubFolderCount()) : 0;
    for (let i = 0; i < (count ?? 0); i++) {
      await this.#attempt(async () => this.folder(await folder.getSubFolder(i), path, depth + 1));
    }
  }

  /**
   * By the folder's children rather than its table of contents: that one keeps every item in memory that
   * it gave out, and lists fewer (deleted ones are missing). It serves where a child cannot be opened.
   */
  async #items(folder: PstFolder, path: string): Promise<void> {
    const before = this.#read;
    const children = await this.#attempt(() => folder.getFasterEmailList());
    for (const { primaryNodeId, getMessage } of children ?? []) {
      if (!this.#seen.has(primaryNodeId))
        await this.#attempt(async () => this.#item(await getMessage(), path));
    }
    const isShort = this.#read - before < folder.contentCount;
    const listed = isShort ? ((await this.#attempt(() => folder.getEmailCount())) ?? 0) : 0;
    for (let i = 0; i < listed; i++) {
      await this.#attempt(async () => this.#item(await folder.getEmail(i), path));
    }
    this.#missing += Math.max(0, folder.contentCount - (this.#read - before));
  }

  async #item(item: PstItem, path: string): Promise<void> {
    this.context.budget.check();
    if (this.#seen.has(item.primaryNodeId)) return;
    this.#seen.add(item.primaryNodeId);
    this.#read += 1;
    const name = `${path}message-${String(this.#read).padStart(6, '0')}.eml`;
    const open = () => mimeOf(messageOf(item, () => this.#lost()));
    await this.out.member(this.context.child(name, open, { declaredType: MEDIA.rfc822 }));
  }

  #lost(): void {
    this.#broken += 1;
  }

  async #attempt<T>(read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      if (ENDING.includes(codeOf(error))) throw error;
      this.#broken += 1;
      return undefined;
    }
  }

  report(): void {
    if (this.#broken > 0)
      this.out.partial('corrupt', `${this.#broken} folders, items or attachments unreadable`);
    if (this.#missing > 0) this.out.partial('missing-items', `${this.#missing} items counted but not found`);
  }
}

function pathStep(name: string): string {
  return name.replaceAll('/', '_').slice(0, 200) || 'folder';
}
