/** White space as a browser shows it: runs become one space, blocks become lines, invisible characters go. */

export interface Collapse {
  append(text: string, isPreformatted: boolean): void;
  /** Starts a new line unless one was just started. */
  lineBreak(): void;
  readonly length: number;
  /** What was collected so far; collecting goes on behind it. */
  take(): string;
}

/** No-break and typographic spaces are spaces here: numbers are grouped with them. */
const SPACES = /[\s\u00a0\u2000-\u200a\u202f\u205f\u3000]+/g;
const ODD_SPACE = /[\t\n\r\f\v\u00a0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]| {2}/;
/** Soft hyphens, zero-width characters and joiners split words for the eye of nobody. */
const INVISIBLE = /[\u00ad\u200b-\u200d\u2060\ufeff]+/g;

export function collapse(): Collapse {
  let buffer = '';
  let atStart = true;
  let wantsSpace = false;
  return {
    append(text, isPreformatted) {
      const seen = text.search(INVISIBLE) >= 0 ? text.replace(INVISIBLE, '') : text;
      if (isPreformatted) {
        buffer += (wantsSpace ? ' ' : '') + seen;
        wantsSpace = false;
        atStart = seen.endsWith('\n');
        return;
      }
      const flat = ODD_SPACE.test(seen) ? seen.replace(SPACES, ' ') : seen;
      let from = 0;
      let to = flat.length;
      if (flat.charCodeAt(0) === 0x20) {
        from = 1;
        if (!atStart) wantsSpace = true;
      }
      if (to <= from) return;
      const endsWithSpace = flat.charCodeAt(to - 1) === 0x20;
      if (endsWithSpace) to -= 1;
      buffer += (wantsSpace ? ' ' : '') + flat.slice(from, to);
      wantsSpace = endsWithSpace;
      atStart = false;
    },
    lineBreak() {
      wantsSpace = false;
      if (!atStart) buffer += '\n';
      atStart = true;
    },
    get length() {
      return buffer.length;
    },
    take() {
      const taken = buffer;
      buffer = '';
      return taken;
    },
  };
}
