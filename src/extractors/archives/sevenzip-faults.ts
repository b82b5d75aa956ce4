/** Classifies the error lines of 7-Zip: the member or archive they are about, and our code for it. */
import { OUTPUT } from './sevenzip-protocol.js';

/** Links are not created, and attributes not kept, so errors about them do not affect a member's content. */
const ABOUT_LINK =
  /^ERROR: (?:Cannot create (?:hard|symbolic) link|Dangerous (?:symbolic |hard )?link path)/i;
const ABOUT_ATTRIBUTES = /^ERROR: Cannot set /i;
const ABOUT_ARCHIVE =
  /unexpected end of archive|headers error|missing volume|there are data after|there are some data after|is not archive/i;

/** Our code for an error line of 7-Zip. */
export function faultCode(line: string): string {
  if (ABOUT_LINK.test(line)) return 'not-regular-file';
  if (/allocate|not enough memory/i.test(line)) return 'limit-memory';
  if (/wrong password|encrypted/i.test(line)) return 'encrypted';
  if (/unsupported method/i.test(line)) return 'unsupported-method';
  if (/unexpected end|unavailable data|missing volume/i.test(line)) return 'truncated';
  if (/i\/o error|input\/output error/i.test(line)) return 'read-error';
  return 'corrupt';
}

/** True if a line printed while a member was written is about that member and not about another path. */
export function isAboutMember(line: string, path: string): boolean {
  if (!isFault(line)) return false;
  return !line.includes(` : ${OUTPUT}/`) || line.endsWith(` : ${OUTPUT}/${path}`);
}

/** The line about a missing member; the first line if none names it. */
export function lineAbout(path: string, errors: readonly string[]): string {
  const named = errors.find(
    (line) => line.endsWith(` : ${path}`) || `${line} : `.includes(` : ${OUTPUT}/${path} : `),
  );
  return named ?? errors.find((line) => !isHarmless(line)) ?? '';
}

function isFault(line: string): boolean {
  return line.startsWith('ERROR: ') && !isHarmless(line);
}

function isHarmless(line: string): boolean {
  return ABOUT_LINK.test(line) || ABOUT_ATTRIBUTES.test(line);
}

/** Why an archive is incomplete: 7-Zip's errors about the archive, and about members that it could not read. */
export function archiveFaults(errors: readonly string[]): Set<string> {
  const about = errors.filter((line) => isFault(line) || ABOUT_ARCHIVE.test(line));
  return new Set(about.map((line) => (/data after/i.test(line) ? 'trailing-bytes' : faultCode(line))));
}
