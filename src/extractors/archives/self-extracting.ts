/**
 * Executables with an archive appended: zip found by its directory, 7z, rar, cab and NSIS by their magic. An
 * executable without one is not read (with --strings its strings are).
 */
import type { Extractor, RandomAccess } from '../../core/content.js';
import { findDirectory } from './zip-directory.js';

/** The archive starts within this many bytes: stubs are small. */
const STUB = 4 * 1024 * 1024;
const MAGICS = ['7z\xbc\xaf\x27\x1c', 'Rar!\x1a\x07', 'MSCF\0\0\0\0', '\xef\xbe\xad\xdeNullsoftInst'];

export const selfExtracting: Extractor = {
  async extract(content, out, context) {
    const access = await context.randomAccess();
    const directory = await findDirectory(access);
    if (directory && directory.count > 0) {
      await (await import('./zip.js')).zip.extract(content, out, context);
    } else if (await carriesArchive(access)) {
      await (await import('./sevenzip.js')).sevenZip.extract(content, out, context);
    } else if (context.options.strings) {
      await (await import('../bytes/strings.js')).strings.extract(content, out, context);
    } else {
      out.skip('unsupported-type');
    }
  },
};

/** Headers of an executable end before this. */
const HEADERS_BYTES = 1024;

async function carriesArchive(access: RandomAccess): Promise<boolean> {
  const stub = await access.read(0, Math.min(STUB, access.size));
  // After the headers: unpackers also contain the magics in their code, but not with the version that follows.
  return MAGICS.some((magic) => stub.indexOf(magic, HEADERS_BYTES, 'latin1') >= 0);
}
