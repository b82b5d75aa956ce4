/**
 * Encrypted and signed messages as files: OpenPGP and CMS (`.p7m`, `.p7s`, PEM). Encrypted content is reported;
 * content that is only signed is in clear and becomes a member.
 */
import type { Content, ExtractContext, Extractor, PartWriter } from '../../core/content.js';
import { MEDIA } from '../bytes/media-types.js';
import { readCms } from './smime.js';

export const securedMessage: Extractor = {
  async extract(content, out, context) {
    if (context.mediaType === MEDIA.pgp) out.skip('encrypted');
    else await extractCms(content, out, context);
  },
};

async function extractCms(content: Content, out: PartWriter, context: ExtractContext): Promise<void> {
  const cms = readCms(unarmoured(await context.bytes()));
  if (cms.kind !== 'signed') {
    out.skip(cms.kind === 'encrypted' ? 'encrypted' : 'unsupported-type');
    return;
  }
  const open = async function* () {
    yield cms.content;
  };
  const name = content.name.replace(/\.p7[ms]$/i, '') || 'content';
  await out.member(context.child(name, open, { size: cms.content.length, reopenable: true }));
}

/** PEM is base64 between two lines of dashes. */
function unarmoured(bytes: Buffer): Buffer {
  const body = /^\s*-----BEGIN [A-Z0-9 #]+-----\s*([A-Za-z0-9+/=\s]+)-----END/.exec(bytes.toString('latin1'));
  return body?.[1] === undefined ? bytes : Buffer.from(body[1], 'base64');
}
