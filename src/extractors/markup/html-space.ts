/**
 * White space as a browser renders it: runs become one space, blocks become lines, invisible characters are removed.
 */

/** No-break and typographic spaces count as spaces: numbers are grouped with them. */
const SPACES = /[\s\u00a0\u2000-\u200a\u202f\u205f\u3000]+/g;
const ODD_SPACE = /[\t\n\r\f\v\u00a0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]| {2}/;
/** Soft hyphens, zero-width characters and joiners, which split words invisibly. */
const INVISIBLE = /[\u00ad\u200b-\u200d\u2060\ufeff]+/g;
const HAS_INVISIBLE = /[\u00ad\u200b-\u200d\u2060\ufeff]/;
const BEYOND_LATIN_1 = /[^\0-\u00ac]/;

export class CollapsedText {
  #buffer = '';
  #atStart = true;
  #wantsSpace = false;

  append(text: string, isPreformatted: boolean): void {
    const isInvisibleFree = !BEYOND_LATIN_1.test(text) || !HAS_INVISIBLE.test(text);
    const seen = isInvisibleFree ? text : text.replace(INVISIBLE, '');
    if (isPreformatted) {
      this.#buffer += (this.#wantsSpace ? ' ' : '') + seen;
      this.#wantsSpace = false;
      this.#atStart = seen.endsWith('\n');
    } else this.#collapsed(ODD_SPACE.test(seen) ? seen.replace(SPACES, ' ') : seen);
  }

  #collapsed(text: string): void {
    const from = text.charCodeAt(0) === 0x20 ? 1 : 0;
    if (from === 1 && !this.#atStart) this.#wantsSpace = true;
    if (text.length <= from) return;
    const endsWithSpace = text.charCodeAt(text.length - 1) === 0x20;
    if (this.#wantsSpace) this.#buffer += ' ';
    this.#buffer +=
      from === 0 && !endsWithSpace ? text : text.slice(from, text.length - (endsWithSpace ? 1 : 0));
    this.#wantsSpace = endsWithSpace;
    this.#atStart = false;
  }

  /** Starts a new line unless one was just started. */
  lineBreak(): void {
    this.#wantsSpace = false;
    if (!this.#atStart) this.#buffer += '\n';
    this.#atStart = true;
  }

  get length(): number {
    return this.#buffer.length;
  }

  /** Returns the collected text and continues after it. */
  take(): string {
    const taken = this.#buffer;
    this.#buffer = '';
    return taken;
  }
}
