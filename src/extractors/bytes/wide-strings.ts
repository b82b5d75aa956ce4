/**
 * Finds UTF-16LE strings in binary parts whose records are not parsed: runs of letters, digits and punctuation at any
 * byte alignment, one per line. Streams; chunk borders can split a run.
 */
const MIN_CHARS = 3;
/** The longest run held; longer ones are cut. */
const MAX_CHARS = 32_768;

export class WideStrings {
  #run = '';
  #held: number | undefined;

  constructor(private readonly emit: (text: string) => void) {}

  write(chunk: Uint8Array): void {
    let i = 0;
    while (i < chunk.length) {
      const low = this.#held ?? (chunk[i++] as number);
      this.#held = undefined;
      if (i >= chunk.length) {
        this.#held = low;
        return;
      }
      const code = low | ((chunk[i] as number) << 8);
      if (isWriting(code)) {
        this.#run += String.fromCharCode(code);
        i += 1;
        if (this.#run.length >= MAX_CHARS) this.end();
      } else if (this.#run !== '') this.end(() => i++);
      // Not a character: the next one can start at the very next byte, so only `low` is dropped.
    }
  }

  end(after?: () => void): void {
    if (this.#run.length >= MIN_CHARS) this.emit(`${this.#run}\n`);
    this.#run = '';
    after?.();
  }
}

/** Latin, Greek, Cyrillic letters, digits, ASCII punctuation, and common European symbols. */
function isWriting(code: number): boolean {
  if (code < 0x80) return code >= 0x20 && code < 0x7f;
  return (code >= 0xa0 && code < 0x530) || (code >= 0x2010 && code <= 0x203a) || code === 0x20ac;
}
