/**
 * Checks the answers of S3 that are read whole, before the SDK parses them: listings and errors. Both are limited in
 * bytes and in time. Rejects a listing that is not one whole document of the requested kind, such as the page of a
 * proxy, a truncated document, or one that declares entities.
 */
import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { MiB } from '../core/limits.js';
import { NotS3Error } from './s3-error.js';

/** A thousand keys of 1,024 bytes, each byte three characters, with their markup, take 4 MiB. */
const MAX_LISTING_BYTES = 16 * MiB;
/** Errors of S3 are some 500 bytes. */
const MAX_ERROR_BYTES = 64 * 1024;

/** The root element of each command's answer. */
const ROOTS: Readonly<Record<string, string>> = {
  ListObjectsV2Command: 'ListBucketResult',
  ListObjectVersionsCommand: 'ListVersionsResult',
};

type Answer = { statusCode: number; body: Readable | Uint8Array; headers: Readonly<Record<string, string>> };

/** `wholeMs`: the time limit for a whole answer. */
export function checkAnswers(client: S3Client, wholeMs: number): void {
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const result = await next(args);
        const answer = result.response as Answer;
        const root = ROOTS[commandName ?? ''];
        if (answer.statusCode >= 300) answer.body = await errorOf(answer, wholeMs);
        else if (root !== undefined) answer.body = await listingOf(answer, root, wholeMs);
        return result;
      },
    { step: 'deserialize', priority: 'low', name: 'leaksiftCheckAnswers' },
  );
}

/** An error that is too long counts by its status alone. */
async function errorOf({ body }: Answer, wholeMs: number): Promise<Uint8Array> {
  const bytes = await readWhole(body, { maxBytes: MAX_ERROR_BYTES, wholeMs });
  return bytes !== undefined && !declaresEntities(bytes) ? bytes : new Uint8Array();
}

async function listingOf({ body, headers }: Answer, root: string, wholeMs: number): Promise<Uint8Array> {
  const bytes = await readWhole(body, { maxBytes: MAX_LISTING_BYTES, wholeMs });
  if (bytes === undefined)
    throw new NotS3Error(`a page of the listing is larger than ${MAX_LISTING_BYTES} bytes`);
  const text = bytes.toString('latin1');
  const kind = /^[\w.+-]{1,40}\/[\w.+-]{1,40}/.exec(headers['content-type'] ?? '')?.[0];
  const got = `${bytes.length} bytes${kind ? ` of ${kind}` : ''}`;
  if (!new RegExp(`^(?:\\xef\\xbb\\xbf)?\\s*(?:<\\?xml[^>]*\\?>)?\\s*<${root}[\\s/>]`).test(text))
    throw new NotS3Error(`the answer is not a ${root} (${got})`);
  if (!new RegExp(`(?:</${root}>|/>)\\s*$`).test(text)) throw new NotS3Error(`the ${root} is cut (${got})`);
  if (declaresEntities(bytes)) throw new NotS3Error(`the ${root} declares entities`);
  return bytes;
}

function declaresEntities(bytes: Buffer): boolean {
  return bytes.includes('<!DOCTYPE') || bytes.includes('<!ENTITY');
}

type Bounds = { readonly maxBytes: number; readonly wholeMs: number };

/** Undefined beyond `maxBytes`. Throws what the SDK calls TimeoutError past the time limit. */
async function readWhole(body: Answer['body'], { maxBytes, wholeMs }: Bounds): Promise<Buffer | undefined> {
  if (body instanceof Uint8Array) return Buffer.from(body);
  const late = Object.assign(new Error('the answer is truncated'), { name: 'TimeoutError' });
  const timer = setTimeout(() => body.destroy(late), wholeMs);
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > maxBytes) return undefined;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks, length);
  } finally {
    clearTimeout(timer);
    body.destroy();
  }
}
