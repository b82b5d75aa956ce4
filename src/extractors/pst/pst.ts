/**
 * Outlook stores (.pst, .ost): every item as a mail member named by its folder path and number, in folder order.
 * Reads through random access, a few pages at a time. Items are found in the store's node tree, so that deleted ones
 * that are not yet overwritten are read too and flagged; an item that a folder counts but that is missing makes the
 * store partial. A password only restricts Outlook itself. Own code for deleted items and damaged stores:
 * docs/decisions/021-own-outlook-store-reader.md.
 */
import type { Content, ExtractContext, Extractor, PartWriter } from '../../core/content.js';
import { codeOf } from '../../core/errors.js';
import { MEDIA } from '../bytes/media-types.js';
import { rawStrings } from '../bytes/raw-strings.js';
import { type MapiProperties, numberOf, TAG, textOf } from '../mail/mapi-message.js';
import { mimeOf } from '../mail/mapi-mime.js';
import type { MapiNames } from '../mail/mapi-names.js';
import { broken, PstFile, type PstNode } from './pst-file.js';
import { PstHeap } from './pst-heap.js';
import { messageOf, objectOf } from './pst-message.js';
import { namesIn } from './pst-properties.js';
import { rowNumbers } from './pst-table.js';

export const pst: Extractor = {
  async extract(_content: Content, out: PartWriter, context: ExtractContext): Promise<void> {
    const access = await context.randomAccess();
    const file = await PstFile.open(access, () => context.budget.check());
    const names = await namesIn(async (id) => PstHeap.open(file, await nodeOf(file, id)));
    await new PstStore(file, { names, out, context }).read();
  },
};

const TYPE_BITS = 0x1f;
const TYPE = { folder: 2, message: 4, associated: 8, contents: 0x0e };
const ROOT_FOLDER = 0x122;
const CONTENT_COUNT = 0x3602;
const MAX_FOLDER_DEPTH = 100;
const MAX_EMBEDDED = 10_000;
/** Items sorted by folder at a time: 16 bytes each. */
const ITEMS_AT_ONCE = 1_000_000;
/** Errors that end the item, from any source. */
const ENDING: readonly string[] = ['timeout', 'interrupted', 'limit-members', 'limit-expanded-size'];

type Folder = { readonly parent: number; readonly name: string; readonly count: number; found: number };
type StoreScope = { readonly names: MapiNames; readonly out: PartWriter; readonly context: ExtractContext };

async function nodeOf(file: PstFile, id: number): Promise<PstNode> {
  return (await file.node(id)) ?? { id, data: 0, subNodes: 0, parent: 0 };
}

class PstStore {
  #read = 0;
  #broken = 0;
  readonly #folders = new Map<number, Folder>();
  readonly #lost = () => {
    this.#broken += 1;
  };

  constructor(
    private readonly file: PstFile,
    private readonly scope: StoreScope,
  ) {}

  async read(): Promise<void> {
    for await (const node of this.file.allNodes())
      if ((node.id & TYPE_BITS) === TYPE.folder) await this.#attempt(() => this.#folder(node));
    let batch: PstNode[] = [];
    for await (const node of this.file.allNodes()) {
      const type = node.id & TYPE_BITS;
      if (type === TYPE.message || type === TYPE.associated) batch.push(node);
      if (batch.length < ITEMS_AT_ONCE) continue;
      await this.#items(batch);
      batch = [];
    }
    await this.#items(batch);
    if (this.#folders.size === 0 && this.#read === 0) await this.#strings();
    this.#report();
  }

  /** Without any node: the strings in the blocks, without their owner. */
  async #strings(): Promise<void> {
    const flow = this.scope.out.text({ part: 'strings' });
    let isEmpty = true;
    try {
      for await (const block of this.file.strayBlocks())
        for (const text of rawStrings(block)) {
          isEmpty = false;
          flow.write(text);
          await this.scope.out.ready();
        }
    } finally {
      flow.end();
    }
    if (isEmpty) throw broken('any folder');
    this.#lost();
  }

  async #folder(node: PstNode): Promise<void> {
    const lost = this.#lost;
    const properties: MapiProperties = await objectOf(node, {
      ...this.scope,
      file: this.file,
      lost,
      left: { embedded: 0 },
    }).catch((error: unknown) => {
      if (ENDING.includes(codeOf(error))) throw error;
      this.#lost();
      return new Map();
    });
    const name = textOf(properties, TAG.displayName);
    const count = numberOf(properties, CONTENT_COUNT) ?? 0;
    this.#folders.set(node.id, { parent: node.parent, name, count, found: 0 });
  }

  async #items(batch: readonly PstNode[]): Promise<void> {
    const byFolder = new Map<number, PstNode[]>();
    for (const node of batch) {
      const list = byFolder.get(node.parent);
      if (list) list.push(node);
      else byFolder.set(node.parent, [node]);
    }
    const paths = [...byFolder.keys()].map((id) => ({ id, path: this.#path(id) }));
    paths.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.id - b.id));
    for (const { id, path } of paths) {
      const listed = await this.#listed(id);
      for (const node of byFolder.get(id) ?? [])
        await this.#attempt(() => this.#item(node, path, this.#hiding(node, listed)));
    }
  }

  /** The items that a folder lists, if that list is intact. */
  async #listed(folder: number): Promise<ReadonlySet<number> | undefined> {
    try {
      const table = await this.file.node((folder & ~TYPE_BITS) | TYPE.contents);
      if (!table) return undefined;
      const found = new Set<number>();
      for await (const row of rowNumbers(await PstHeap.open(this.file, table))) found.add(row);
      return found.size === this.#folders.get(folder)?.count ? found : undefined;
    } catch (error) {
      if (ENDING.includes(codeOf(error))) throw error;
      this.#lost();
      return undefined;
    }
  }

  #hiding(node: PstNode, listed: ReadonlySet<number> | undefined): string | undefined {
    if ((node.id & TYPE_BITS) === TYPE.associated) return 'associated-item';
    return listed && !listed.has(node.id) ? 'deleted-item' : undefined;
  }

  async #item(node: PstNode, path: string, hidden: string | undefined): Promise<void> {
    const { context, out, names } = this.scope;
    context.budget.check();
    const left = { embedded: MAX_EMBEDDED };
    const message = await messageOf(node, { file: this.file, names, lost: this.#lost, left });
    const folder = this.#folders.get(node.parent);
    if (folder && hidden === undefined) folder.found += 1;
    this.#read += 1;
    const name = `${path}message-${String(this.#read).padStart(6, '0')}.eml`;
    await out.member(context.child(name, () => mimeOf(message), { declaredType: MEDIA.rfc822, hidden }));
  }

  #path(id: number): string {
    let path = '';
    let at = id;
    for (let depth = 0; depth < MAX_FOLDER_DEPTH && at !== ROOT_FOLDER; depth++) {
      const folder = this.#folders.get(at);
      if (!folder || folder.parent === at) break;
      path = `${folder.name.replaceAll('/', '_').slice(0, 200) || 'folder'}/${path}`;
      at = folder.parent;
    }
    return path;
  }

  async #attempt(read: () => Promise<void>): Promise<void> {
    try {
      await read();
    } catch (error) {
      if (ENDING.includes(codeOf(error))) throw error;
      this.#lost();
    }
  }

  #report(): void {
    const { out } = this.scope;
    if (this.file.isCut) out.partial('truncated');
    if (this.#broken > 0)
      out.partial('corrupt', `${this.#broken} folders, items or parts of them unreadable`);
    else if (this.file.isDamaged && !this.file.isCut) out.partial('corrupt');
    let missing = 0;
    for (const { count, found } of this.#folders.values()) missing += Math.max(0, count - found);
    if (missing > 0) out.partial('missing-items', `${missing} items counted but not found`);
  }
}
