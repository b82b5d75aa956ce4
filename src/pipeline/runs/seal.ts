/**
 * Seals for JSON lines and documents. Each ends with `chain`, the SHA-256 of all before it and of the previous chain,
 * so that every byte counts. With a key a `mac` precedes it: HMAC-SHA-256 of the same, which requires the key.
 * Without a key a chain detects accidents only.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { deriveKey } from '../../findings/keyed-hash.js';
import { keyCheckOf } from './run-key.js';

/** `chain` is the input of the next line's chain. */
export type Sealed<T> = { readonly fields: T; readonly chain: string; readonly hasMac: boolean };

/** Hexadecimal digits of SHA-256. */
const DIGITS = 64;
const MAC_FIELD = ',"mac":"';
const CHAIN_FIELD = ',"chain":"';
const MAC_BYTES = MAC_FIELD.length + DIGITS + 1;
/** With the end of the object and of the line. */
const CHAIN_BYTES = CHAIN_FIELD.length + DIGITS + '"}\n'.length;

export class Seal {
  /** HMAC check of the fingerprint key, as in plans. */
  readonly keyCheck: string | undefined;
  readonly #key: Buffer | undefined;

  /** Without a key it makes plain chains, and does not check macs. */
  constructor(hexKey?: string) {
    this.keyCheck = hexKey === undefined ? undefined : keyCheckOf(hexKey);
    this.#key =
      hexKey === undefined ? undefined : deriveKey(Buffer.from(hexKey, 'hex'), Buffer.alloc(0), 'run seal');
  }

  get isKeyed(): boolean {
    return this.#key !== undefined;
  }

  /** A sealed line, with its line break. `fields` has at least one field. */
  line(fields: object, before: string): { readonly text: string; readonly chain: string } {
    const body = JSON.stringify(fields).slice(0, -1);
    const { mac, chain } = this.#sealOf(body, before);
    return { text: `${withMac(body, mac)}${CHAIN_FIELD}${chain}"}\n`, chain };
  }

  /** Undefined if any byte differs from what was sealed. Throws SyntaxError if the sealed bytes are no JSON. */
  readLine<T>(raw: Buffer, before: string): Sealed<T> | undefined {
    const at = raw.length - CHAIN_BYTES;
    if (at < 1 || raw.toString('latin1', at, at + CHAIN_FIELD.length) !== CHAIN_FIELD) return undefined;
    if (raw.toString('latin1', raw.length - 3) !== '"}\n') return undefined;
    const chain = raw.toString('latin1', at + CHAIN_FIELD.length, raw.length - 3);
    if (chain !== chainOf(raw.subarray(0, at), before)) return undefined;
    const macAt = at - MAC_BYTES;
    const hasMac =
      macAt > 0 &&
      raw[at - 1] === QUOTE &&
      raw.toString('latin1', macAt, macAt + MAC_FIELD.length) === MAC_FIELD;
    const body = raw.subarray(0, hasMac ? macAt : at);
    if (
      this.#key &&
      !(hasMac && this.#isMac(raw.toString('latin1', macAt + MAC_FIELD.length, at - 1), body, before))
    )
      return undefined;
    return { fields: JSON.parse(`${body.toString('utf8')}}`) as T, chain, hasMac };
  }

  /** A sealed document in readable form. */
  document(fields: object, before: string): string {
    const { mac, chain } = this.#sealOf(JSON.stringify(fields).slice(0, -1), before);
    return `${JSON.stringify({ ...fields, ...(mac !== undefined && { mac }), chain }, null, 2)}\n`;
  }

  /** As readLine. Also undefined for other white space than document() writes. */
  readDocument<T>(text: Buffer, before: string): Sealed<T> | undefined {
    const { mac, chain, ...fields } = JSON.parse(text.toString('utf8')) as Record<string, unknown>;
    const sealed = { ...fields, ...(mac !== undefined && { mac }), chain };
    if (!Buffer.from(`${JSON.stringify(sealed, null, 2)}\n`).equals(text)) return undefined;
    const body = JSON.stringify(fields).slice(0, -1);
    const hasMac = typeof mac === 'string';
    if (chain !== chainOf(hasMac ? withMac(body, mac) : body, before)) return undefined;
    if (this.#key && !(hasMac && this.#isMac(mac, body, before))) return undefined;
    return { fields: fields as T, chain: chain as string, hasMac };
  }

  #sealOf(body: string, before: string): { readonly mac: string | undefined; readonly chain: string } {
    const mac = this.#key && macOf(this.#key, body, before);
    return { mac, chain: chainOf(withMac(body, mac), before) };
  }

  #isMac(mac: string, body: string | Uint8Array, before: string): boolean {
    const right = Buffer.from(macOf(this.#key as Buffer, body, before));
    const given = Buffer.from(mac);
    return given.length === right.length && timingSafeEqual(given, right);
  }
}

/** For runs without a user's key, and for reading without the key. */
export const UNKEYED = new Seal();

const QUOTE = 0x22;

function withMac(body: string, mac: string | undefined): string {
  return mac === undefined ? body : `${body}${MAC_FIELD}${mac}"`;
}

/** Also for chains over other elements than lines: the ends of shards. */
export function chainOf(body: string | Uint8Array, before: string): string {
  return createHash('sha256').update(`${before}\n`).update(body).digest('hex');
}

function macOf(key: Buffer, body: string | Uint8Array, before: string): string {
  return createHmac('sha256', key).update(`${before}\n`).update(body).digest('hex');
}
