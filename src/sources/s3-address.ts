/** S3 addresses and item names: `s3://bucket/prefix` as written, `bucket/key` as an item's target. */
import { LeaksiftError } from '../core/errors.js';
import { escapeName } from '../core/locator.js';
import { decodeLatin1 } from './local-path.js';

export type S3Address = { readonly bucket: string; readonly prefix: string };

const SCHEME = 's3://';
const VERSION_MARK = '?versionId=';

export function isS3Address(address: string): boolean {
  return address.toLowerCase().startsWith(SCHEME);
}

/** Throws `usage`. */
export function parseS3Address(address: string): S3Address {
  const { bucket, key } = splitTarget(address.slice(SCHEME.length));
  // Looser than AWS: other servers allow upper case, underscores and tenants (`tenant:bucket`).
  if (!/^[A-Za-z0-9][A-Za-z0-9._:-]{1,254}$/.test(bucket)) {
    throw new LeaksiftError('usage', `not a bucket name: ${escapeName(address)}`);
  }
  return { bucket, prefix: key };
}

export function splitTarget(target: string): { bucket: string; key: string } {
  const slash = target.indexOf('/');
  if (slash < 0) return { bucket: target, key: '' };
  return { bucket: target.slice(0, slash), key: target.slice(slash + 1) };
}

/** The printed address of the current version of an object. */
export function s3Uri(bucket: string, key: string): string {
  // So that no key looks like a version of another object.
  return `${SCHEME}${bucket}/${escapeName(key).replaceAll(VERSION_MARK, '%3FversionId=')}`;
}

/** The printed address of a version that is not the current one. */
export function versionUri(bucket: string, key: string, versionId: string): string {
  return `${s3Uri(bucket, key)}${VERSION_MARK}${escapeName(versionId)}`;
}

/**
 * A key from a listing with EncodingType `url`, or from an inventory. `+` is a space there. Characters that a
 * server leaves unencoded are text; bytes that are not UTF-8 are escaped (surrogateescape).
 */
export function decodeKey(encoded: string): string {
  const bytes = Buffer.from(encoded.replaceAll('+', ' '), 'utf8').toString('latin1');
  return decodeLatin1(bytes.replaceAll(/%([0-9A-Fa-f]{2})/g, (_all, hex: string) => decodeByte(hex)));
}

function decodeByte(hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}
