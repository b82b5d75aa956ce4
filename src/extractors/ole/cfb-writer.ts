/** Makes an OLE compound file of streams, so that an embedded object is read as the document it was taken from. */
import CFB from 'cfb';

/** Streams by path, storages joined by `/`. */
export function buildCfb(streams: Iterable<readonly [path: string, bytes: Buffer]>): Buffer {
  const file = CFB.utils.cfb_new();
  for (const [path, bytes] of streams) CFB.utils.cfb_add(file, `/${path}`, bytes);
  return Buffer.from(CFB.write(file, { type: 'buffer' }) as Buffer);
}
