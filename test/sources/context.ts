/** Contexts and shorthands for tests of sources. */
import { DEFAULT_LIMITS, type Limits } from '../../src/core/limits.js';
import type { Item, Source, SourceContext, SourceOptions } from '../../src/core/source.js';

type Given = {
  options?: Partial<Omit<SourceOptions, 's3'>>;
  s3?: Partial<SourceOptions['s3']>;
  limits?: Partial<Limits>;
  signal?: AbortSignal;
};

export function contextOf(given: Given = {}): SourceContext {
  const nothing = () => {};
  return {
    options: {
      include: [],
      exclude: [],
      followSymlinks: false,
      ...given.options,
      s3: { noSignRequest: false, ...given.s3 },
    },
    limits: { ...DEFAULT_LIMITS, ...given.limits },
    signal: given.signal ?? new AbortController().signal,
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
  };
}

export async function listAll(source: Source, address: string, context: SourceContext): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of source.list(address, context)) items.push(item);
  return items;
}

export async function drain(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(Uint8Array.from(chunk));
  return Buffer.concat(chunks);
}

export async function readItem(source: Source, item: Item, context: SourceContext): Promise<Buffer> {
  const content = await source.open(item, context);
  return drain(content.open());
}

/** The code of what a promise rejects with. */
export async function codeOfRejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return 'resolved';
}
