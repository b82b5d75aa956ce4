/**
 * In one letter, page or message one name is one person, and what it tells without a name belongs to the
 * one person it names. In: packed person keys (person-keys.ts) of a record of a text. Out: the same with a
 * key of name and document. Not for tables, where homonyms stand.
 */
import type { Fingerprinter } from './fingerprint.js';
import { HEAD_WORDS, KEY_KIND, KEY_WORDS } from './person-keys.js';

export type DocumentName = {
  /** The locator of the text's content, printed. */
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
