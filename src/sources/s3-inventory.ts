/**
 * S3 Inventory as a listing: reads a manifest.json and its gzipped CSV files, in the manifest's order (an inventory
 * is not sorted). Rejects ORC and Parquet, files whose MD5 differs from the manifest's, and rows without a key or a
 * size. Format: docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html
 */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import { LeaksiftError } from '../core/errors.js';
import { decodeKey } from './s3-address.js';
import { isArchivedClass, type ListedKey } from './s3-page.js';
import { bareEtag } from './s3-part.js';

const manifestSchema = z.object({
  sourceBucket: z.string().min(1),
  destinationBucket: z.string(),
  fileFormat: z.string(),
  fileSchema: z.string(),
  files: z.array(z.object({ key: z.string().min(1), MD5checksum: z.string().optional() })),
});

export type Inventory = z.infer<typeof manifestSchema>;

/** Hundreds of millions of keys need some 200 KB of manifest. */
export const MAX_MANIFEST_BYTES = 16 * 1024 * 1024;
/** A key has up to 1,024 bytes, three characters each when encoded. */
const MAX_LINE = 16 * 1024;

/** Undefined if the text is no inventory manifest. Throws `source` for an unsupported format. */
export function parseManifest(text: string): Inventory | undefined {
  const manifest = manifestSchema.safeParse(parseJson(text)).data;
  if (manifest === undefined) return undefined;
  if (manifest.fileFormat === 'CSV') return manifest;
  throw new LeaksiftError(
    'source',
    `S3 Inventory is read as CSV only, not as ${manifest.fileFormat.slice(0, 16)}`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The bucket that holds the inventory's files: an ARN in the manifest. */
export function inventoryBucket({ destinationBucket }: Inventory): string {
  return destinationBucket.slice(destinationBucket.lastIndexOf(':') + 1);
}

type InventoryFile = {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly md5?: string;
  readonly uri: string;
};

/** The keys of one file of the inventory: current versions, or all of them with delete markers. */
export async function* readInventory(
  inventory: Inventory,
  file: InventoryFile,
  versions: boolean,
): AsyncGenerator<ListedKey> {
  const columns = inventory.fileSchema.split(',').map((name) => name.trim());
  try {
    for await (const line of lines(unzipped(file))) {
      if (line.trim() === '') continue;
      const listed = listedOf(columns, line);
      if (listed === undefined)
        throw new LeaksiftError('source', `a row of the inventory ${file.uri} has no key or no size`);
      if (versions || (listed.isCurrent && !listed.isDeleteMarker)) yield listed;
    }
  } catch (error) {
    if (error instanceof LeaksiftError) throw error;
    throw new LeaksiftError('source', `cannot read the inventory ${file.uri}`, { cause: error });
  }
}

async function* unzipped({ bytes, md5, uri }: InventoryFile) {
  const hash = createHash('md5');
  async function* hashed() {
    for await (const chunk of bytes) {
      hash.update(chunk);
      yield chunk;
    }
    const isWrong = md5 !== undefined && hash.digest('hex') !== md5.toLowerCase();
    if (isWrong) throw new LeaksiftError('source', `the inventory ${uri} does not match its checksum`);
  }
  yield* Readable.from(hashed()).compose(createGunzip()) as AsyncIterable<Buffer>;
}

/** Keys are URL-encoded, so that a line break always ends a row. */
async function* lines(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const parts = (rest + chunk.toString('latin1')).split('\n');
    rest = parts.pop() ?? '';
    if (rest.length > MAX_LINE) throw new LeaksiftError('source', 'a row of the inventory is too long');
    yield* parts;
  }
  if (rest !== '') yield rest;
}

/** Undefined for a row without a key, or for an object's row without a size. */
function listedOf(columns: readonly string[], line: string): ListedKey | undefined {
  const cells = [...line.matchAll(/"((?:[^"]|"")*)"|([^",\r]+)|(?<=,|^)(?=,|\r?$)/g)].map(
    (m) => m[1] ?? m[2] ?? '',
  );
  const cell = (name: string) => cells[columns.indexOf(name)] || undefined;
  const key = cell('Key');
  const size = cell('Size');
  const isDeleteMarker = cell('IsDeleteMarker') === 'true';
  const hasSize = size === undefined ? isDeleteMarker || !columns.includes('Size') : /^\d{1,15}$/.test(size);
  if (key === undefined || !hasSize) return undefined;
  return {
    key: decodeKey(key),
    ...(size !== undefined && { bytes: Number(size) }),
    etag: bareEtag(cell('ETag')),
    versionId: cell('VersionId'),
    isArchived: isArchivedClass(cell('StorageClass')),
    isDeleteMarker,
    isCurrent: cell('IsLatest') !== 'false',
  };
}
