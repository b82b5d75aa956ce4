/**
 * An XML handler that writes a part's character data into a text flow: a line per block element, and values of chosen
 * attributes. For parts that are prose (comments, drawings, properties), not tables.
 */
import type { TextFlow } from '../../core/content.js';
import type { XmlHandler } from './xml.js';
import type { XmlAttributes } from './xml-attributes.js';

export type TextWalkRules = {
  /** Elements after which a line ends. Default: every element. */
  readonly blocks?: ReadonlySet<string>;
  /** Elements whose content is omitted. */
  readonly skip?: ReadonlySet<string>;
  /** Attributes whose values are written, each on its own line; `all` for every one. */
  readonly attributes?: ReadonlySet<string> | 'all';
  /** Writes `name: ` before the text of each element with text. */
  readonly named?: boolean;
};

export class TextWalk implements XmlHandler {
  #skipped = 0;
  #atLineStart = true;
  #name = '';

  constructor(
    private readonly flow: TextFlow,
    private readonly rules: TextWalkRules = {},
  ) {}

  open(name: string, attrs: XmlAttributes): void {
    this.#name = name;
    if (this.#skipped > 0 || this.rules.skip?.has(name)) this.#skipped += 1;
    if (this.#skipped > 0) return;
    if (name === 'br') this.line();
    const wanted = this.rules.attributes;
    if (wanted === undefined) return;
    for (const [key, value] of attrs.entries()) {
      if (value === '' || (wanted !== 'all' && !wanted.has(key))) continue;
      this.line();
      this.write(this.rules.named ? `${key}: ${value}` : value);
      this.line();
    }
  }

  close(name: string): void {
    this.#name = '';
    if (this.#skipped > 0) {
      this.#skipped -= 1;
      return;
    }
    if (this.rules.blocks === undefined || this.rules.blocks.has(name)) this.line();
    else if (name === 'tab') this.write('\t');
  }

  text(text: string): void {
    if (this.#skipped > 0) return;
    if (this.#atLineStart && text.trim() === '') return;
    if (this.#atLineStart && this.rules.named && this.#name) this.write(`${this.#name}: `);
    this.write(text);
  }

  write(text: string): void {
    this.flow.write(text);
    this.#atLineStart = false;
  }

  line(): void {
    if (!this.#atLineStart) this.flow.write('\n');
    this.#atLineStart = true;
  }
}
