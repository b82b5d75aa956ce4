/**
 * Uploads a file as one object in parts (S3's multipart upload): larger than a single PutObject allows, and a fault
 * costs one part. The object appears when it is complete. Parts are read one at a time, so memory is bounded;
 * @aws-sdk/lib-storage takes twice as much: docs/decisions/032-own-multipart.md.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { LeaksiftError } from '../core/errors.js';
import { MiB } from '../core/limits.js';
import type { S3Connection } from './s3-connection.js';

/** Limits of S3: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MOST_PARTS = 10_000;
/** Held in memory; a tenth of a second on a fast line. */
const PART_BYTES = 16 * MiB;
const FORGET_MS = 5000;

export type MultipartTarget = {
  readonly connection: S3Connection;
  readonly input: { readonly Bucket: string; readonly Key: string; readonly RequestPayer?: 'requester' };
  /** What the request does, for errors: `cannot write s3://b/k`. */
  readonly what: string;
  readonly signal: AbortSignal;
  /** Fails with `changed` if the object exists. */
  readonly onlyNew: boolean;
};

type Part = { readonly ETag: string | undefined; readonly PartNumber: number };

/** Bytes of each part except the last. */
export function partBytesOf(size: number): number {
  return Math.max(PART_BYTES, Math.ceil(size / MOST_PARTS / MiB) * MiB);
}

/** Throws what S3Connection throws. Deletes the parts of a failed upload, if permitted. */
export async function putInParts(path: string, size: number, target: MultipartTarget): Promise<void> {
  const { connection, input, what, signal } = target;
  const request = { bucket: input.Bucket, what, action: 's3:PutObject', signal };
  const { UploadId } = await connection.request({
    ...request,
    send: (client, sdk) => client.send(new sdk.CreateMultipartUploadCommand(input), { abortSignal: signal }),
  });
  try {
    const Parts = await putParts(path, size, { ...target, UploadId });
    const whole = { ...input, UploadId, MultipartUpload: { Parts } };
    const condition = target.onlyNew ? { IfNoneMatch: '*' } : {};
    await connection.request({
      ...request,
      send: (client, sdk) =>
        client.send(new sdk.CompleteMultipartUploadCommand({ ...whole, ...condition }), {
          abortSignal: signal,
        }),
    });
  } catch (error) {
    await forget({ ...target, UploadId });
    throw error;
  }
}

type Upload = MultipartTarget & { readonly UploadId: string | undefined };

async function putParts(path: string, size: number, upload: Upload): Promise<Part[]> {
  const { connection, input, what, signal, UploadId } = upload;
  const partBytes = partBytesOf(size);
  const memory = Buffer.allocUnsafe(Math.min(size, partBytes));
  const parts: Part[] = [];
  const file = await open(path);
  try {
    for (let start = 0; start < size; start += partBytes) {
      const PartNumber = parts.length + 1;
      const Body = await readWhole(file, memory.subarray(0, Math.min(partBytes, size - start)), start);
      const part = { ...input, UploadId, PartNumber, Body, ContentLength: Body.length };
      const { ETag } = await connection.request({
        bucket: input.Bucket,
        what,
        action: 's3:PutObject',
        signal,
        send: (client, sdk) => client.send(new sdk.UploadPartCommand(part), { abortSignal: signal }),
      });
      parts.push({ ETag, PartNumber });
    }
    return parts;
  } finally {
    await file.close();
  }
}

/** Fills `memory` with the file's bytes from `start`. */
async function readWhole(file: FileHandle, memory: Buffer, start: number): Promise<Buffer> {
  for (let filled = 0; filled < memory.length; ) {
    const { bytesRead } = await file.read(memory, filled, memory.length - filled, start + filled);
    if (bytesRead === 0) throw new LeaksiftError('output', 'a file was truncated during the upload');
    filled += bytesRead;
  }
  return memory;
}

/** Parts of an object that is never completed are billed. */
async function forget({ connection, input, what, UploadId }: Upload): Promise<void> {
  await connection
    .request({
      bucket: input.Bucket,
      what,
      action: 's3:AbortMultipartUpload',
      // Sent after an abort too, but not waited for long.
      signal: AbortSignal.timeout(FORGET_MS),
      send: (client, sdk) => client.send(new sdk.AbortMultipartUploadCommand({ ...input, UploadId })),
    })
    .catch(() => {});
}
