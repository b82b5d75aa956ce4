/**
 * Decrypts Office files: packages encrypted inside an OLE container (docx, xlsx, pptx), and Word and PowerPoint 97
 * files. Tries Excel's default password, which is public, and the user's. Throws `encrypted` if none fits, or if the
 * file demands more hash rounds than any real one.
 */
import officecrypto from 'officecrypto-tool';
import type { ExtractContext } from '../../core/content.js';
import { LeaksiftError } from '../../core/errors.js';
import type { Cfb } from './cfb.js';
import { agileInfo, decryptAgile } from './ole-agile.js';

/** Excel encrypts with this password when only a structure is protected: such files open without a prompt. */
const DEFAULT_PASSWORD = 'VelvetSweatshop';
/** Office uses 100,000 rounds. Each is one hash, per password, and cannot be interrupted. */
const MAX_SPIN_COUNT = 1_000_000;

/** The plain bytes: of the package within, or of the whole file. */
export async function decryptOffice(bytes: Buffer, cfb: Cfb, context: ExtractContext): Promise<Buffer> {
  const info = cfb.find('EncryptionInfo');
  const agile = info && agileInfo(cfb.read(info));
  const stream = cfb.find('EncryptedPackage');
  if (agile && agile.spinCount > MAX_SPIN_COUNT) {
    throw new LeaksiftError('encrypted', 'ole: too many hash rounds');
  }
  return withPassword(context, async (password) =>
    agile && stream
      ? decryptAgile(agile, password, cfb.read(stream))
      : await officecrypto.decrypt(bytes, { password }),
  );
}

/** The result for the first password that fits. Throws `encrypted` if none does. */
export async function withPassword(
  { budget, options }: ExtractContext,
  decrypt: (password: string) => Promise<Buffer | undefined>,
): Promise<Buffer> {
  for (const password of [DEFAULT_PASSWORD, ...options.passwords]) {
    budget.check();
    try {
      const plain = await decrypt(password);
      if (plain && plain.length > 0) return plain;
    } catch {
      // A wrong password, or an unknown cipher: its errors do not distinguish them.
    }
  }
  throw new LeaksiftError('encrypted', 'needs a password');
}
