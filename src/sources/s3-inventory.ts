/**
 * S3 Inventory as a listing: reads a manifest.json and its gzipped CSV files. Current versions only, in
 * the manifest's order (an inventory is not sorted). Refuses ORC and Parquet, and files whose MD5 is not
 * the manifest's. Format: docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html
 */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import { LeaksiftError } from '../core/errors.js';
import { decodeKey } from './s3-address.js';
import { isArchivedClass, type ListedKey } from './s3-page.js';

const manifestSchema = z.object({
  sourceBucket: z.string().min(1),
  destinationBucket: z.string(),
  fileFormat: z.string(),
  fileSchema: z.string(),
  files: z.array(z.object({ key: z.string().min(1), MD5checksum: z.string().optional() })),
});

export type Inventory = z.infer<typeof manifestSchema>;
export type InventoryKey = ListedKey & { readonly versionId?: string };

/** Hundreds of millions of keys need some 200 KB of manifest. */
export const MAX_MANIFEST_BYTES = 16 * 1024 * 1024;
/** A key has up to 1,024 bytes, three characters each when encoded. */
const MAX_LINE = 16 * 1024;

/** Undefined when the text is no inventory manifest. Throws `source` for a format that is not read. */
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

/** The keys of one file of the inventory. */
export async function* readInventory(
  inventory: Inventory,
  file: { readonly bytes: AsyncIterable<Uint8Array>; readonly md5?: string; readonly uri: string },
): AsyncGenerator<InventoryKey> {
  const columns = inventory.fileSchema.split(',').map((name) => name.trim());
  try {
    for await (const line of lines(unzipped(file))) {
      const key = keyOf(columns, line);
      if (key !== undefined) yield key;
    }
  } catch (error) {
    if (error instanceof LeaksiftError) throw error;
    throw new LeaksiftError('source', `cannot read the inventory ${file.uri}`, { cause: error });
  }
}

async function* unzipped({
  bytes,
  md5,
  uri,
}: {
  bytes: AsyncIterable<Uint8Array>;
  md5?: string;
  uri: string;
}) {
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

function keyOf(columns: readonly string[], line: string): InventoryKey | undefined {
  const cells = [...line.matchAll(/"((?:[^"]|"")*)"|([^",\r]+)|(?<=,|^)(?=,|\r?$)/g)].map(
    (m) => m[1] ?? m[2] ?? '',
  );
  const cell = (name: string) => cells[columns.indexOf(name)];
  const key = cell('Key');
  if (key === undefined || key === '') return undefined;
  if (cell('IsLatest') === 'false' || cell('IsDeleteMarker') === 'true') return undefined;
  return {
    key: decodeKey(key),
    bytes: Number(cell('Size') || 0),
    etag: cell('ETag')?.replaceAll('"', '') || undefined,
    versionId: cell('VersionId') || undefined,
    isArchived: isArchivedClass(cell('StorageClass')),
  };
}
