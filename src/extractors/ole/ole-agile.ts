/**
 * Agile encryption of Office packages (2010 on; [MS-OFFCRYPTO] 2.3.4.10 to 15) with AES in CBC: tests a password with
 * one pass of hashing and decrypts in one step. The caller handles other ciphers.
 */
import { createDecipheriv, createHash } from 'node:crypto';

export type Agile = {
  readonly spinCount: number;
  readonly password: KeyDescription;
  readonly data: KeyDescription;
  readonly verifierInput: Buffer;
  readonly verifierValue: Buffer;
  readonly keyValue: Buffer;
};

type KeyDescription = {
  readonly hash: string;
  readonly hashBytes: number;
  readonly keyBytes: number;
  readonly salt: Buffer;
};

const INPUT_KEY = Buffer.from('fea7d2763b4b9e79', 'hex');
const VALUE_KEY = Buffer.from('d7aa0f6d3061344e', 'hex');
const PACKAGE_KEY = Buffer.from('146e0be7abacd0d6', 'hex');
const BLOCK = 16;
const SEGMENT = 4096;

/** Undefined if the stream describes another scheme. */
export function agileInfo(stream: Buffer): Agile | undefined {
  const xml = stream.toString('latin1');
  const key = /<(?:\w+:)?encryptedKey\s[^>]*>/.exec(xml)?.[0];
  const data = /<(?:\w+:)?keyData\s[^>]*>/.exec(xml)?.[0];
  if (!key || !data || !isAesCbc(key) || !isAesCbc(data)) return undefined;
  return {
    spinCount: Number(attribute(key, 'spinCount')),
    password: description(key),
    data: description(data),
    verifierInput: Buffer.from(attribute(key, 'encryptedVerifierHashInput'), 'base64'),
    verifierValue: Buffer.from(attribute(key, 'encryptedVerifierHashValue'), 'base64'),
    keyValue: Buffer.from(attribute(key, 'encryptedKeyValue'), 'base64'),
  };
}

/** The plain package, or undefined if the password is wrong. */
export function decryptAgile(agile: Agile, password: string, stream: Buffer): Buffer | undefined {
  const { hash, salt, hashBytes } = agile.password;
  let key = digest(hash, salt, Buffer.from(password, 'utf16le'));
  const round = Buffer.alloc(4);
  for (let i = 0; i < agile.spinCount; i++) {
    round.writeUInt32LE(i);
    key = digest(hash, round, key);
  }
  const open = (block: Buffer, bytes: Buffer) => {
    const derived = padded(digest(hash, key, block), agile.password.keyBytes);
    return aes(derived, padded(salt, BLOCK), bytes);
  };
  const input = open(INPUT_KEY, agile.verifierInput).subarray(0, salt.length);
  const value = open(VALUE_KEY, agile.verifierValue).subarray(0, hashBytes);
  if (!digest(hash, input).equals(value)) return undefined;
  const packageKey = open(PACKAGE_KEY, agile.keyValue).subarray(0, agile.data.keyBytes);
  return decryptPackage(agile.data, packageKey, stream);
}

/** The plain length, then segments, each with its own initialisation vector. */
function decryptPackage(data: KeyDescription, key: Buffer, stream: Buffer): Buffer {
  const length = stream.length >= 8 ? stream.readUInt32LE(0) + stream.readUInt32LE(4) * 2 ** 32 : 0;
  const plain: Buffer[] = [];
  const index = Buffer.alloc(4);
  for (let at = 8, segment = 0; at + BLOCK <= stream.length; at += SEGMENT, segment++) {
    index.writeUInt32LE(segment);
    const bytes = stream.subarray(at, Math.min(at + SEGMENT, stream.length));
    const whole = bytes.subarray(0, bytes.length - (bytes.length % BLOCK));
    plain.push(aes(key, padded(digest(data.hash, data.salt, index), BLOCK), whole));
  }
  return Buffer.concat(plain).subarray(0, length);
}

function description(tag: string): KeyDescription {
  return {
    hash: attribute(tag, 'hashAlgorithm').replaceAll('-', '').toLowerCase(),
    hashBytes: Number(attribute(tag, 'hashSize')),
    keyBytes: Number(attribute(tag, 'keyBits')) / 8,
    salt: Buffer.from(attribute(tag, 'saltValue'), 'base64'),
  };
}

function isAesCbc(tag: string): boolean {
  return (
    attribute(tag, 'cipherAlgorithm') === 'AES' && attribute(tag, 'cipherChaining') === 'ChainingModeCBC'
  );
}

function attribute(tag: string, name: string): string {
  return new RegExp(`\\s${name}\\s*=\\s*["']([^"']*)`).exec(tag)?.[1] ?? '';
}

function digest(hash: string, ...parts: readonly Buffer[]): Buffer {
  const hasher = createHash(hash);
  for (const part of parts) hasher.update(part);
  return hasher.digest();
}

/** Cut, or padded as the standard requires. */
function padded(bytes: Buffer, length: number): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(length, 0x36)]).subarray(0, length);
}

function aes(key: Buffer, vector: Buffer, bytes: Buffer): Buffer {
  const cipher = createDecipheriv(`aes-${key.length * 8}-cbc`, key, vector);
  cipher.setAutoPadding(false);
  return Buffer.concat([cipher.update(bytes), cipher.final()]);
}
