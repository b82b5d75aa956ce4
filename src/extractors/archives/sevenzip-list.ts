/** Reads the listing of 7-Zip (`l -slt -ba`): one block of `Key = value` lines a member. */
import type { SevenZipEvent } from './sevenzip-protocol.js';

export type ListedMember = {
  /** As 7-Zip writes it, before cleaning for extraction. */
  readonly path: string;
  readonly size: number | undefined;
  readonly isFolder: boolean;
  /** A link, device or pipe: there is nothing to read but its target. */
  readonly isSpecial: boolean;
  readonly isEncrypted: boolean;
  /** Bytes of memory that its method needs, if given. */
  readonly dictionaryBytes: number;
  /** Offset in a zip. */
  readonly offset: number | undefined;
};

export type Listing = {
  readonly members: readonly ListedMember[];
  readonly errors: readonly string[];
  readonly exitCode: number;
};

export async function readListing(
  events: AsyncIterable<SevenZipEvent>,
  maxMembers: number,
): Promise<Listing> {
  const members: ListedMember[] = [];
  const errors: string[] = [];
  let exitCode = 0;
  let block = new Map<string, string>();
  const flush = () => {
    if (!block.has('Path')) return;
    if (members.length < maxMembers) members.push(memberOf(block));
    block = new Map();
  };
  for await (const event of events) {
    if (event.type === 'exit') exitCode = event.code;
    if (event.type === 'error-line' && event.text.trim() !== '') errors.push(event.text);
    if (event.type !== 'line') continue;
    // Progress can precede the first line, erased with backspaces.
    const text = event.text.slice(event.text.lastIndexOf('\b') + 1).trimStart();
    const match = /^([A-Z][A-Za-z ]*) = ?(.*)$/.exec(text);
    if (match?.[1] === 'Path') flush();
    if (match?.[1]) block.set(match[1], match[2] ?? '');
  }
  flush();
  // A container's only stream has no path: the payload of an rpm, if it is bzip2 or xz.
  if (members.length === 0 && block.has('Packed Size')) members.push(memberOf(block));
  return { members, errors, exitCode };
}

function memberOf(block: ReadonlyMap<string, string>): ListedMember {
  const number = (key: string): number | undefined => {
    const text = block.get(key);
    return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
  };
  return {
    path: block.get('Path') ?? '',
    size: number('Size'),
    isSpecial: isSpecial(block, number('Size') ?? 0),
    isFolder: block.get('Folder') === '+' || /^D/.test(block.get('Attributes') ?? ''),
    isEncrypted: block.get('Encrypted') === '+',
    dictionaryBytes: dictionaryBytes(block.get('Method') ?? ''),
    offset: number('Offset'),
  };
}

/** Longer than any path that a link can point to (PATH_MAX of Linux). */
const MAX_TARGET_BYTES = 4096;

/**
 * From the format's link field, or from the mode (`lrwxrwxrwx`). An entry with more data than a link can have is
 * read.
 */
function isSpecial(block: ReadonlyMap<string, string>, size: number): boolean {
  const mode = block.get('Mode') ?? /(?:^| )([-a-z][-rwxsStT]{9})$/.exec(block.get('Attributes') ?? '')?.[1];
  if (/^[pcbs]/.test(mode ?? '')) return size === 0;
  const pointsAt = block.get('Symbolic Link') || block.get('Hard Link');
  return (Boolean(pointsAt) || /^l/.test(mode ?? '')) && size <= MAX_TARGET_BYTES;
}

const UNITS: Readonly<Record<string, number>> = { '': 0, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** `LZMA2:26` is 2^26 bytes, `LZMA:1536m` is explicit; `PPMD:o64:mem30`, `m3:22` (RAR) and LZX likewise. */
function dictionaryBytes(method: string): number {
  let largest = 0;
  for (const [, digits, unit] of method.matchAll(
    /(?:LZMA2?|mem|PPMD|LZX|m\d|v6:m\d):?(?:o\d+:mem)?(\d+)([bkmg]?)/gi,
  )) {
    const factor = UNITS[(unit ?? '').toLowerCase()] ?? 0;
    largest = Math.max(largest, factor === 0 ? 2 ** Number(digits) : Number(digits) * factor);
  }
  return largest;
}
