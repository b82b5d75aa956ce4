/** Decodes tar header blocks (v7, ustar, GNU, pax records, star). Returns undefined for any other block. */

import { decodeUnlabelled } from '../bytes/zip-name.js';
import { isTar } from '../detect/detect-checks.js';

export const BLOCK = 512;

export type TarHeader = {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  /** Old GNU sparse: more of its map follows. */
  readonly moreSparse: boolean;
};

export function decodeHeader(block: Buffer): TarHeader | undefined {
  if (!isTar(block)) return undefined;
  const type = block[156] === 0 ? '0' : String.fromCharCode(block[156] as number);
  const isUstar = block.toString('latin1', 257, 263) === 'ustar\0';
  const name = cString(block.subarray(0, 100));
  const prefix = isUstar ? cString(block.subarray(345, 500)) : '';
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    type,
    size: number(block.subarray(124, 136)),
    moreSparse: type === 'S' && block[482] === 1,
  };
}

function cString(field: Buffer): string {
  const end = field.indexOf(0);
  return decodeUnlabelled(end < 0 ? field : field.subarray(0, end));
}

export const longName = cString;

/** Octal text, or base 256 if the first bit is set. NaN otherwise. */
function number(field: Buffer): number {
  if ((field[0] as number) & 0x80) {
    let value = (field[0] as number) & 0x7f;
    for (const byte of field.subarray(1)) value = value * 256 + byte;
    return value;
  }
  const text = field.toString('latin1').replace(/\0.*$/s, '').trim();
  return text === '' ? 0 : /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number.NaN;
}

/** The records `length key=value\n` of a pax header. */
export function decodePax(bytes: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    if (space < 0) break;
    const length = Number.parseInt(bytes.toString('latin1', at, space), 10);
    if (!(length > space - at) || at + length > bytes.length) break;
    const record = bytes.subarray(space + 1, at + length - 1);
    const equals = record.indexOf(0x3d);
    if (equals > 0)
      records.set(record.toString('latin1', 0, equals), decodeUnlabelled(record.subarray(equals + 1)));
    at += length;
  }
  return records;
}
