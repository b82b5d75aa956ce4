/**
 * S3 buckets, and what speaks like them. Addresses are s3://bucket[/prefix], or the manifest.json of an
 * S3 Inventory. Items are pinned to the ETag (and version) of the listing. What the listing cannot have
 * throws, so that a bucket that was refused is never an empty one.
 */
import type { Content } from '../core/content.js';
import { LeaksiftError } from '../core/errors.js';
import type { Item, Source, SourceContext } from '../core/source.js';
import { nameFilter } from './glob.js';
import { isS3Address, parseS3Address, type S3Address, s3Uri, splitTarget } from './s3-address.js';
import { readObject } from './s3-body.js';
import { DEFAULT_TUNING, S3Connection, type S3Tuning } from './s3-connection.js';
import {
  type Inventory,
  type InventoryKey,
  inventoryBucket,
  MAX_MANIFEST_BYTES,
  parseManifest,
  readInventory,
} from './s3-inventory.js';
import { listParallel } from './s3-list.js';

/** How often a body may hang in the time of its item. */
const TRIES_IN_TIME = 4;

/** One per run or worker: it holds connections until close(). */
export function createS3Source(tuning: Partial<S3Tuning> = {}): Source {
  const connections = new Map<string, S3Connection>();
  const connectionOf = ({ options, limits }: SourceContext): S3Connection => {
    const key = JSON.stringify([options.s3, limits.timeoutMs]);
    // A silence as long as an item may take would leave no time to ask again.
    const idleMs = Math.min(DEFAULT_TUNING.idleMs, limits.timeoutMs / TRIES_IN_TIME);
    const connection =
      connections.get(key) ?? new S3Connection(options.s3, { ...DEFAULT_TUNING, idleMs, ...tuning });
    connections.set(key, connection);
    return connection;
  };
  return {
    id: 's3',
    accepts: isS3Address,
    list: (address, context) =>
      listAddress(parseS3Address(address), { context, connection: connectionOf(context) }),
    open: async (item, context) => openObject(item, { context, connection: connectionOf(context) }),
    close: async () => {
      for (const connection of connections.values()) connection.close();
      connections.clear();
    },
  };
}

type Access = { readonly context: SourceContext; readonly connection: S3Connection };

async function* listAddress(address: S3Address, access: Access): AsyncGenerator<Item> {
  const inventory = await findInventory(address, access);
  if (inventory) yield* listInventory(inventory, access);
  else yield* listPrefix(address, access);
}

async function* listPrefix({ bucket, prefix }: S3Address, access: Access): AsyncGenerator<Item> {
  const { connection, context } = access;
  const { signal, options } = context;
  const { wants } = nameFilter(options);
  const base = prefix.lastIndexOf('/') + 1;
  let count = 0;
  try {
    const { requestPayer } = options.s3;
    for await (const page of listParallel({ connection, bucket, prefix, signal, requestPayer })) {
      count += page.length;
      for (const listed of page) {
        if (wants(listed.key.slice(base), () => s3Uri(bucket, listed.key)))
          yield itemOf(bucket, listed, context);
        else context.omitted?.('item');
      }
    }
  } catch (error) {
    throw count === 0 || !(error instanceof LeaksiftError) ? error : stopped(error, count);
  }
}

function stopped(error: LeaksiftError, count: number): LeaksiftError {
  return new LeaksiftError(error.code, `${error.message} (the listing stopped after ${count} objects)`, {
    cause: error,
  });
}

function itemOf(bucket: string, listed: InventoryKey, { limits }: SourceContext): Item {
  const { key, bytes, etag, versionId, isArchived } = listed;
  const version = versionId === undefined ? etag : `${etag ?? ''};${versionId}`;
  const item: Item = { scheme: 's3', uri: s3Uri(bucket, key), target: `${bucket}/${key}`, bytes, version };
  if (isArchived) return { ...item, fault: { status: 'skipped', reason: 'archived-storage' } };
  if (bytes > limits.maxFileBytes)
    return { ...item, fault: { status: 'skipped', reason: 'limit-file-size' } };
  return item;
}

function openObject(item: Item, access: Access): Content {
  const { bucket, key } = splitTarget(item.target);
  const { uri, version, bytes } = item;
  const { signal, options } = access.context;
  const [etag, versionId] = version?.split(';') ?? [];
  const object = { bucket, key, uri, etag: etag || undefined, versionId, bytes, ...payer(options.s3) };
  return {
    locator: { uri, version, hops: [] },
    name: key.slice(key.lastIndexOf('/') + 1),
    size: bytes,
    reopenable: true,
    open: (range) => readObject(object, { connection: access.connection, signal, range }),
  };
}

function payer({ requestPayer }: { readonly requestPayer?: boolean }) {
  return { requestPayer };
}

/** Undefined unless the address names an object that is an inventory's manifest. */
async function findInventory({ bucket, prefix }: S3Address, access: Access): Promise<Inventory | undefined> {
  if (!/(^|\/)manifest\.json$/.test(prefix)) return undefined;
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of readWhole(bucket, prefix, access)) {
      length += chunk.length;
      if (length > MAX_MANIFEST_BYTES) return undefined;
      chunks.push(chunk);
    }
  } catch (error) {
    // Not there or not readable: the listing will say so.
    if (error instanceof LeaksiftError && ['not-found', 'access-denied'].includes(error.code))
      return undefined;
    throw error;
  }
  return parseManifest(Buffer.concat(chunks).toString('utf8'));
}

async function* listInventory(inventory: Inventory, access: Access): AsyncGenerator<Item> {
  const { wants } = nameFilter(access.context.options);
  const bucket = inventoryBucket(inventory);
  for (const { key, MD5checksum: md5 } of inventory.files) {
    const bytes = readWhole(bucket, key, access);
    for await (const listed of readInventory(inventory, { bytes, md5, uri: s3Uri(bucket, key) })) {
      const item = itemOf(inventory.sourceBucket, listed, access.context);
      if (wants(listed.key, () => item.uri)) yield item;
      else access.context.omitted?.('item');
    }
  }
}

function readWhole(bucket: string, key: string, { connection, context }: Access) {
  const object = { bucket, key, uri: s3Uri(bucket, key), ...payer(context.options.s3) };
  return readObject(object, { connection, signal: context.signal });
}
