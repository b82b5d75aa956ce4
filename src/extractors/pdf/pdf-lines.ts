/**
 * Rejoins the lines of a page, so that a value that continues on the next line matches. Input: text from PDFium (CR
 * LF between lines, U+FFFE for a hyphen at a line end); output: text.
 */

/** PDFium's mark for a hyphen that ended a line, in place of hyphen and line break. */
const BROKEN_HYPHEN = '\ufffe';
/**
 * A line of prose at least this long, and this share of the page's longest, was wrapped at the margin. Rows of a
 * table can be as long, but hold few lower-case words: they stay lines.
 */
const FULL_LINE_CHARS = 30;
const FULL_LINE_SHARE = 0.75;
const PROSE_WORDS = 4;
const PROSE_SHARE = 0.5;

export function joinLines(raw: string): string {
  const text = raw.replace(/\ufffe(?:\r?\n)?/g, '').replaceAll('\0', '');
  const lines = text.split(/\r\n|\n/);
  let longest = 0;
  for (const line of lines) longest = Math.max(longest, line.length);
  const full = Math.max(FULL_LINE_CHARS, longest * FULL_LINE_SHARE);
  const out: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string;
    const next = lines[i + 1];
    if (next === undefined) out.push(line);
    else out.push(...joint(line, next, line.length >= full && isProse(line)));
  }
  return out.join('');
}

/** The line, and the separator between it and the next one. */
function joint(line: string, next: string, isFull: boolean): [string, string] {
  if (next.trim() === '' || line.trim() === '') return [line, '\n'];
  if (/[\p{L}]-$/u.test(line) && /^\p{Ll}/u.test(next)) return [line.slice(0, -1), ''];
  if (/\d-$/.test(line) && /^\d/.test(next)) return [line, ''];
  if (/[^\s]@$/.test(line) || /^@[^\s]/.test(next)) return [line, ''];
  if (/@[\w.-]*[.-]$/.test(line) && /^[a-z0-9]/.test(next)) return [line, ''];
  return [line, isFull ? ' ' : '\n'];
}

function isProse(line: string): boolean {
  const words = line.match(/\p{L}{2,}/gu) ?? [];
  const small = words.filter((word) => /^\p{Ll}/u.test(word)).length;
  return small >= PROSE_WORDS && small >= words.length * PROSE_SHARE;
}

/**
 * Words and numbers with a broken hyphen, repeated with the hyphen: in prose the hyphen comes from wrapping, in an
 * address or a number it can be part of the value. Empty if there are none.
 */
export function hyphenVariants(raw: string): string {
  if (!raw.includes(BROKEN_HYPHEN) && !/-\r?\n/.test(raw)) return '';
  const found: string[] = [];
  for (const match of raw.matchAll(/[^\s\ufffe]{1,200}(?:\ufffe|-)(?:\r?\n)?[^\s\ufffe]{1,200}/g)) {
    const value = match[0].replace(/\ufffe(?:\r?\n)?|-\r?\n/, '-');
    if (/[@\d]/.test(value) && /\ufffe|\n/.test(match[0])) found.push(value);
  }
  return found.join('\n');
}
