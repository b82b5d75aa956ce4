/**
 * The data of a record that leaves the worker so that persons can be counted across rows and files: keyed hashes and
 * the entities present, no clear value. Input: a record's draft and its matches; output: packed 32-bit words. Two
 * records are one person if they share
 * - a strict identifier (NIR, NINO, SSN, passport, personal e-mail, ...), or
 * - the same name, or a shortened form of it, and an identifier: an open one (phone, IBAN, long staff number, ...)
 *   or a weak one (birth date, short badge number), or
 * - an open identifier that only one name has, where one record is nameless.
 * Rank, unit and address do not identify: two constables of one station can both be John Smith. Nor do values that
 * many rows of a table share.
 */
import { ENTITIES, entitiesWith } from '../core/entity.js';
import type { Match } from '../core/match.js';
import type { Fingerprinter } from './fingerprint.js';
import type { RecordDraft } from './record.js';

/** How a key joins records. */
export const KEY_KIND = {
  strict: 1,
  open: 2,
  /** Name and identifier together, or the whole of a nameless record. */
  exact: 3,
  /** The name of a record that also has identifiers. */
  name: 4,
  /** The name of a record that has nothing else. */
  nameOnly: 5,
  /** A shortened name with an identifier, and each shortened form of a full name with one. */
  short: 6,
  alias: 7,
} as const;

/** Words of one key: its kind and 64 bits of hash. */
export const KEY_WORDS = 3;
/** Words before the keys: the number of keys, two words of entity bits, the name's hash. */
export const HEAD_WORDS = 4;
/** Further identifiers are ignored; this bounds the cost of one row. */
const MAX_KEYS = 24;

const STRICT = entitiesWith('strictKey');
const OPEN = entitiesWith('openKey');
const WEAK = entitiesWith('weakKey');
const REISSUED = entitiesWith('reissued');
/** Staff numbers with at most this many digits repeat across forces. */
const SHORT_NUMBER = 5;

export function personKeys(
  draft: RecordDraft,
  matches: readonly Match[],
  fingerprints: Fingerprinter,
): Uint32Array {
  const own = draft.members.map((i) => matches[i] as Match);
  const hashOf = (text: string) => hashed(fingerprints.of('PERSON', text));
  const name = draft.name ? hashOf(draft.name.key) : undefined;
  const forms = (draft.name?.shortForms ?? []).map((form) => hashOf(`short ${form}`));
  const formKind = draft.name?.isShort ? KEY_KIND.short : KEY_KIND.alias;
  const keys = identifierKeys(own, {
    name,
    forms,
    formKind,
    isFull: draft.name?.isFull === true,
    fingerprints,
  });
  return pack(draft, keys.slice(0, MAX_KEYS), name);
}

/** `high` and `low`: the first 64 bits of a fingerprint. */
type Hash = { readonly high: number; readonly low: number };
type Key = Hash & { readonly kind: number };
type Naming = {
  readonly name: Hash | undefined;
  readonly forms: readonly Hash[];
  readonly formKind: number;
  readonly isFull: boolean;
  readonly fingerprints: Fingerprinter;
};

function identifierKeys(matches: readonly Match[], naming: Naming): Key[] {
  const { name, fingerprints } = naming;
  const keys: Key[] = [];
  for (const match of matches) {
    const kind = kindOf(match);
    if (kind === undefined) continue;
    const own = hashed(fingerprints.of(match.rule.entity, match.normal));
    if (kind !== 'weak') keys.push(keyOf(kind, own));
    if (kind === KEY_KIND.strict || name === undefined) continue;
    keys.push(mixed(KEY_KIND.exact, name, own));
    for (const form of naming.forms) keys.push(mixed(naming.formKind, form, own));
  }
  if (name === undefined) return keys.length > 0 ? keys : [wholeRecord(matches, fingerprints)];
  // Many people share a family name: without an identifier it stands for its own record only.
  const known = keys.length > 0;
  if (naming.isFull) keys.push(keyOf(known ? KEY_KIND.name : KEY_KIND.nameOnly, name));
  return keys.length > 0 ? unique(keys) : [wholeRecord(matches, fingerprints)];
}

function kindOf(match: Match): number | 'weak' | undefined {
  const { entity } = match.rule;
  if (match.shared) return undefined;
  if (STRICT.has(entity)) return isRoleMailbox(match) ? undefined : KEY_KIND.strict;
  if (OPEN.has(entity)) return isShort(match) ? 'weak' : KEY_KIND.open;
  return WEAK.has(entity) ? 'weak' : undefined;
}

function isShort(match: Match): boolean {
  return REISSUED.has(match.rule.entity) && match.normal.replace(/\D/g, '').length <= SHORT_NUMBER;
}

const ROLE_MAILBOX =
  /^(?:contact|info|infos|accueil|secretariat|admin|administrator|webmaster|office|enquiries|general|support|help|press|presse|communication|media|recrutement|recruitment|jobs|hr|drh|rh|ddsp\d*|ddpn\d*|csp|bta|cob|prevent|noreply|no-reply|ne-pas-repondre|postmaster|service|mairie|police|sheriff|dispatch|records|reception|team)[\w.+-]{0,40}@/i;

/** True for shared office mailboxes. */
function isRoleMailbox(match: Match): boolean {
  return match.rule.entity === 'EMAIL_ADDRESS' && ROLE_MAILBOX.test(match.normal);
}

/** A nameless record without identifiers joins only an exact copy of itself. */
function wholeRecord(own: readonly Match[], fingerprints: Fingerprinter): Key {
  const parts = own.map((match) => `${match.rule.entity}=${match.normal}`).sort();
  return keyOf(KEY_KIND.exact, hashed(fingerprints.of('RECORD', parts.join('\u0001'))));
}

function hashed(fingerprint: string): Hash {
  return {
    high: Number.parseInt(fingerprint.slice(0, 8), 16),
    low: Number.parseInt(fingerprint.slice(8, 16), 16),
  };
}

function keyOf(kind: number, { high, low }: Hash): Key {
  return { kind, high, low };
}

/** Combines two keyed hashes into one key; order matters. */
function mixed(kind: number, a: Hash, b: Hash): Key {
  return { kind, high: mix(a.high, b.high), low: mix(a.low, b.low) };
}

function mix(x: number, y: number): number {
  let h = Math.imul(x ^ Math.imul(y, 0x9e3779b1) ^ (x >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13) ^ y, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function unique(keys: readonly Key[]): Key[] {
  return keys.filter(({ kind, high, low }, i) => {
    for (let k = 0; k < i; k++) {
      const other = keys[k] as Key;
      if (other.kind === kind && other.high === high && other.low === low) return false;
    }
    return true;
  });
}

function pack(draft: RecordDraft, keys: readonly Key[], name: Hash | undefined): Uint32Array {
  const out = new Uint32Array(HEAD_WORDS + keys.length * KEY_WORDS);
  const [low, high] = entityBits(draft);
  out[0] = keys.length;
  out[1] = low;
  out[2] = high;
  out[3] = name ? name.high || 1 : 0;
  keys.forEach((key, i) => {
    const at = HEAD_WORDS + i * KEY_WORDS;
    out[at] = key.kind;
    out[at + 1] = key.high;
    out[at + 2] = key.low;
  });
  return out;
}

const ENTITY_INDEX = new Map<string, number>(ENTITIES.map((entity, i) => [entity, i]));

function entityBits(draft: RecordDraft): [number, number] {
  let low = 0;
  let high = 0;
  for (const entity in draft.entities) {
    const i = ENTITY_INDEX.get(entity) as number;
    if (i < 32) low |= 1 << i;
    else high |= 1 << (i - 32);
  }
  return [low >>> 0, high >>> 0];
}
