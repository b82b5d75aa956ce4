/**
 * Named properties: every store and message assigns them its own tags from 0x8000 on, and lists the number or name of
 * each. Input: that list (MS-OXMSG 2.2.3.1.2, MS-PST 2.4.7.1: the same 8 bytes an entry); output: the well-known
 * numbers of the tags.
 */
export type MapiNames = ReadonlyMap<number, number>;

const ENTRY_BYTES = 8;
const FIRST_NAMED = 0x8000;
/** Outside the range of tags: named properties whose name is unknown here. */
const UNKNOWN_NAME = 0x10000;

export function namesOf(entries: Buffer): MapiNames {
  const names = new Map<number, number>();
  for (let at = 0; at + ENTRY_BYTES <= entries.length; at += ENTRY_BYTES) {
    const tag = FIRST_NAMED + entries.readUInt16LE(at + 6);
    const isText = (entries.readUInt16LE(at + 4) & 1) === 1;
    const number = entries.readUInt32LE(at);
    const isKnown = !isText && number >= FIRST_NAMED && number <= 0xffff;
    names.set(tag, isKnown ? number : UNKNOWN_NAME + tag);
  }
  return names;
}
