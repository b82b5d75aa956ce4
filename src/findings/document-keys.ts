/**
 * Adds document-scoped keys to packed person keys: within one letter, page or message, equal names are one person,
 * and values without a name belong to the only person named there. Input: packed keys (person-keys.ts) of a record
 * found in text; output: the same with a key of name and document. Not for tables, where two people can share a name.
 */
import type { Fingerprinter } from './fingerprint.js';
import { HEAD_WORDS, KEY_KIND, KEY_WORDS } from './person-keys.js';

export type DocumentName = {
  /** The printed locator of the content that holds the text. */
  readonly document: string;
  /** The key of a person's full name. */
  readonly name: string;
};

export function withDocumentKey(
  packed: Uint32Array,
  { document, name }: DocumentName,
  fingerprints: Fingerprinter,
): Uint32Array {
  const hash = fingerprints.of('DOCUMENT', `${name}\u0000${document}`);
  const out = new Uint32Array(packed.length + KEY_WORDS);
  out.set(packed);
  out[0] = (packed[0] ?? 0) + 1;
  const words = [0, 8].map((at) => Number.parseInt(hash.slice(at, at + 8), 16) >>> 0);
  out.set([KEY_KIND.exact, ...words], HEAD_WORDS + (packed[0] ?? 0) * KEY_WORDS);
  return out;
}
