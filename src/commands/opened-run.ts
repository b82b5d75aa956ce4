/**
 * Runs given as a folder or as s3://bucket/prefix: what commands need as files of a bucket is fetched into a
 * private temporary folder that goes away with the command. Parts of S3 are loaded only where an address asks for them.
 */
import { LeaksiftError } from '../core/errors.js';
import type { BucketRun } from '../pipeline/runs/bucket-store.js';
import { RunFolder } from '../pipeline/runs/folder-store.js';
import type { FolderOptions } from '../pipeline/runs/run-options.js';
import { isS3Address } from '../sources/s3-address.js';
import { SCAN_FLAGS } from './flags.js';
import type { Io } from './io.js';
import { type OptionValues, resolveOptions, type ScanOptions } from './options.js';

async function openBucket(address: string, { settings }: ScanOptions, io: Io): Promise<BucketRun> {
  const { BucketRun } = await import('../pipeline/runs/bucket-store.js');
  return BucketRun.open(address, { source: settings.source, signal: io.signal });
}

/** What of a run in a bucket is wanted as files here; its shards are read where they lie. */
type Needs = 'nothing' | 'plan' | 'outputs';

/** Calls `use` with a run, wherever it lies. Throws `not-found` where there is none. */
export async function withRun<T>(
  path: string,
  given: { readonly typed: OptionValues; readonly io: Io; readonly needs: Needs },
  use: (folder: RunFolder, bucket?: BucketRun) => Promise<T>,
): Promise<T> {
  const noRun = () => new LeaksiftError('not-found', `${path}: is no run folder (it has no plan.jsonl)`);
  if (!isS3Address(path)) {
    const folder = new RunFolder(path);
    if (!folder.exists()) throw noRun();
    return use(folder);
  }
  const { typed, io, needs } = given;
  const options = resolveOptions(typed, {}, { flags: SCAN_FLAGS, env: io.env });
  const bucket = await openBucket(path, options, io);
  try {
    if (!bucket.exists) throw noRun();
    if (needs !== 'nothing') await bucket.bring(needs);
    return await use(bucket.folder, bucket);
  } catch (error) {
    throw named(error, [bucket]);
  } finally {
    await bucket.close();
  }
}

/** Errors name the run as its user does, never the working copy. */
function named(error: unknown, buckets: readonly BucketRun[]): unknown {
  if (!(error instanceof LeaksiftError)) return error;
  const { code, cause } = error;
  let { message } = error;
  for (const { folder } of buckets) {
    // What cannot be written is not the bucket, whose errors are told otherwise.
    const shown = code === 'output' ? `working copy of ${folder.name}` : folder.name;
    message = message
      .replaceAll(`${folder.path}/`, `${shown.replace(/\/$/, '')}/`)
      .replaceAll(folder.path, shown);
  }
  return message === error.message ? error : new LeaksiftError(code, message, { cause });
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
    if (typeof folder.sinceRun === 'string' && isS3Address(folder.sinceRun)) {
      const earlier = await open(folder.sinceRun);
      if (!earlier.exists) throw new LeaksiftError('not-found', `${folder.sinceRun}: is no run folder`);
      await earlier.bring('plan');
      local = { ...local, sinceRun: earlier.folder };
    }
    return await use(local);
  } catch (error) {
    throw named(error, opened);
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
