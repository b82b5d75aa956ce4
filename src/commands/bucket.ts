/**
 * Run folders given as s3://bucket/prefix: what commands read is fetched into a private temporary folder that
 * goes away with the command. Loaded parts of S3 only where an address asks for them.
 */
import { LeaksiftError } from '../core/errors.js';
import type { BucketRun } from '../pipeline/bucket-run.js';
import type { FolderOptions } from '../pipeline/run-options.js';
import { isS3Address } from '../sources/s3-address.js';
import { SCAN_FLAGS } from './flags.js';
import type { Io } from './io.js';
import { type OptionValues, resolveOptions, type ScanOptions } from './options.js';

async function openBucket(address: string, { settings }: ScanOptions, io: Io): Promise<BucketRun> {
  const { BucketRun } = await import('../pipeline/bucket-run.js');
  return BucketRun.open(address, { source: settings.source, signal: io.signal });
}

/** Calls `use` with a local folder that holds the run (all of it, or its plan alone). */
export async function withRun<T>(
  path: string,
  given: { readonly typed: OptionValues; readonly io: Io; readonly planOnly?: true },
  use: (local: string, bucket?: BucketRun) => Promise<T>,
): Promise<T> {
  if (!isS3Address(path)) return use(path);
  const { typed, io, planOnly } = given;
  const options = resolveOptions(typed, {}, { flags: SCAN_FLAGS, env: io.env });
  const bucket = await openBucket(path, options, io);
  try {
    if (!bucket.folder.exists())
      throw new LeaksiftError('not-found', `${path}: is no run folder (it has no plan.jsonl)`);
    if (!planOnly) await bucket.fetchAll();
    return await use(bucket.folder.path, bucket);
  } finally {
    await bucket.close();
  }
}

/** Calls `use` with the folder of a scan: local, with --run and --since-run fetched where they are addresses. */
export async function withScanFolder<T>(
  folder: FolderOptions | undefined,
  scan: { readonly options: ScanOptions; readonly addresses: readonly string[]; readonly io: Io },
  use: (folder: FolderOptions | undefined) => Promise<T>,
): Promise<T> {
  if (!folder) return use(undefined);
  const { options, io } = scan;
  const opened: BucketRun[] = [];
  const open = async (address: string) => {
    const bucket = await openBucket(address, options, io);
    opened.push(bucket);
    return bucket;
  };
  let local = folder;
  try {
    if (isS3Address(folder.path)) {
      mustKeepKey(options);
      const bucket = await open(folder.path);
      mustStandApart(bucket, scan.addresses);
      local = { ...local, path: bucket.folder.path, bucket };
    }
    if (folder.sinceRun !== undefined && isS3Address(folder.sinceRun)) {
      const earlier = await open(folder.sinceRun);
      await earlier.fetchAll();
      local = { ...local, sinceRun: earlier.folder.path };
    }
    return await use(local);
  } finally {
    for (const bucket of opened) await bucket.close();
  }
}

function mustKeepKey({ hasFingerprintKey }: ScanOptions): void {
  if (hasFingerprintKey) return;
  throw new LeaksiftError(
    'usage',
    '--run s3://… needs --fingerprint-key-file: a random key would have to be kept in the bucket',
  );
}

function mustStandApart(bucket: BucketRun, addresses: readonly string[]): void {
  const around = addresses.find((address) => isS3Address(address) && bucket.isUnder(address));
  if (around !== undefined)
    throw new LeaksiftError('usage', `--run stands below ${around}: the run would scan its own files`);
}
