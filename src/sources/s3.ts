/**
 * S3 buckets, and compatible servers. Addresses are s3://bucket[/prefix], or the manifest.json of an S3 Inventory.
 * Items are pinned to the ETag, the length and, if listed, the version. A failed listing throws, so that a refused
 * bucket never looks empty.
 */
import type { Content } from '../core/content.js';
import { LeaksiftError } from '../core/errors.js';
import type { Item, Source, SourceContext } from '../core/source.js';
import { nameFilter } from './glob.js';
import { isS3Address, parseS3Address, type S3Address, s3Uri, splitTarget, versionUri } from './s3-address.js';
import { readObject } from './s3-body.js';
import { DEFAULT_TUNING, S3Connection, type S3Tuning } from './s3-connection.js';
import {
  type Inventory,
  inventoryBucket,
  MAX_MANIFEST_BYTES,
  parseManifest,
  readInventory,
} from './s3-inventory.js';
import { listParallel } from './s3-list.js';
import { type ListedKey, listPage } from './s3-page.js';
import { groupVersions, listVersionsPage } from './s3-versions.js';

/** How often a body may hang within the time limit of its item. */
const TRIES_IN_TIME = 4;

/** One per run or worker: it holds connections until close(). */
export function createS3Source(tuning: Partial<S3Tuning> = {}): Source {
  const connections = new Map<string, S3Connection>();
  const connectionOf = ({ options, limits: { timeoutMs } }: SourceContext): S3Connection => {
    const key = JSON.stringify([options.s3, timeoutMs]);
    // A silence as long as an item's time limit would leave no time for a retry.
    const idleMs = Math.min(DEFAULT_TUNING.idleMs, timeoutMs / TRIES_IN_TIME);
    const times = { ...DEFAULT_TUNING, idleMs, patienceMs: timeoutMs };
    const connection = connections.get(key) ?? new S3Connection(options.s3, { ...times, ...tuning });
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

async function* listPrefix(address: S3Address, access: Access): AsyncGenerator<Item> {
  const { bucket, prefix } = address;
  const { context } = access;
  const { wants } = nameFilter(context.options);
  const base = prefix.lastIndexOf('/') + 1;
  let count = 0;
  try {
    for await (const page of pagesOf(address, access)) {
      count += page.length;
      for (const listed of page) {
        const item = itemOf(bucket, listed, context);
        if (wants(listed.key.slice(base), () => item.uri)) yield item;
        else context.omitted?.('item');
      }
    }
  } catch (error) {
    throw count === 0 || !(error instanceof LeaksiftError) ? error : stopped(error, count);
  }
}

function pagesOf({ bucket, prefix }: S3Address, { connection, context }: Access) {
  const { signal, options } = context;
  const { requestPayer, versions } = options.s3;
  const readPage = versions ? listVersionsPage : listPage;
  const pages = listParallel({ connection, bucket, prefix, signal, requestPayer, readPage });
  return versions ? groupVersions(pages, bucket) : pages;
}

function stopped(error: LeaksiftError, count: number): LeaksiftError {
  const { code, message, hint } = error;
  return new LeaksiftError(code, `${message} (the listing stopped after ${count} objects)`, {
    cause: error,
    hint,
  });
}

function itemOf(bucket: string, listed: ListedKey, { limits }: SourceContext): Item {
  const { key, bytes, etag, versionId, isCurrent = true } = listed;
  const version = versionId === undefined ? etag : `${etag ?? ''};${versionId}`;
  const uri = isCurrent || versionId === undefined ? s3Uri(bucket, key) : versionUri(bucket, key, versionId);
  const item: Item = { scheme: 's3', uri, target: `${bucket}/${key}`, bytes, version };
  if (listed.isDeleteMarker) return { ...item, fault: { status: 'skipped', reason: 'delete-marker' } };
  if (listed.hasWrongSize) return { ...item, fault: { status: 'error', reason: 'changed' } };
  if (listed.isArchived) return { ...item, fault: { status: 'skipped', reason: 'archived-storage' } };
  if (bytes !== undefined && bytes > limits.maxFileBytes)
    return { ...item, fault: { status: 'skipped', reason: 'limit-file-size' } };
  return item;
}

function openObject(item: Item, { connection, context }: Access): Content {
  const { bucket, key } = splitTarget(item.target);
  const { uri, version, bytes } = item;
  const { signal, options, limits } = context;
  const { requestPayer, versions } = options.s3;
  const [etag, versionId] = version?.split(';') ?? [];
  const object = { bucket, key, uri, etag: etag || undefined, versionId, bytes, requestPayer };
  const notes = new Set<string>();
  let caveat: string | undefined;
  const reading = {
    connection,
    signal,
    maxBytes: limits.maxFileBytes,
    caveat: () => {
      caveat = 'changed';
    },
    versioned: () => {
      if (!versions) notes.add(OLDER_VERSIONS);
    },
  };
  return {
    locator: { uri, version, hops: [] },
    name: key.slice(key.lastIndexOf('/') + 1),
    size: bytes,
    reopenable: true,
    isPaced: true,
    caveat: () => caveat,
    notes: () => [...notes],
    open: (range) => readObject(object, { ...reading, range }),
  };
}

/** The bucket keeps versions, and only the current one of this object was read. */
const OLDER_VERSIONS = 'older-versions-not-read';

/** Undefined unless the address is the manifest of an inventory. */
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
    // Missing or unreadable: the listing will report it.
    if (error instanceof LeaksiftError && ['not-found', 'access-denied'].includes(error.code))
      return undefined;
    throw error;
  }
  return parseManifest(Buffer.concat(chunks).toString('utf8'));
}

async function* listInventory(inventory: Inventory, access: Access): AsyncGenerator<Item> {
  const { options, omitted } = access.context;
  const { wants } = nameFilter(options);
  const bucket = inventoryBucket(inventory);
  for (const { key, MD5checksum: md5 } of inventory.files) {
    const file = { bytes: readWhole(bucket, key, access), md5, uri: s3Uri(bucket, key) };
    for await (const listed of readInventory(inventory, file, options.s3.versions === true)) {
      const item = itemOf(inventory.sourceBucket, listed, access.context);
      if (wants(listed.key, () => item.uri)) yield item;
      else omitted?.('item');
    }
  }
}

function readWhole(bucket: string, key: string, { connection, context }: Access) {
  const { signal, options } = context;
  const object = { bucket, key, uri: s3Uri(bucket, key), requestPayer: options.s3.requestPayer };
  return readObject(object, { connection, signal });
}
