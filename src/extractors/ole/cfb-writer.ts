/** Builds an OLE compound file from streams, so that an embedded object is read as a document of its own. */
import CFB from 'cfb';

/** Streams by path, storages joined by `/`. */
export function buildCfb(streams: Iterable<readonly [path: string, bytes: Buffer]>): Buffer {
  const file = CFB.utils.cfb_new();
  for (const [path, bytes] of streams) CFB.utils.cfb_add(file, `/${path}`, bytes);
  return Buffer.from(CFB.write(file, { type: 'buffer' }) as Buffer);
}
