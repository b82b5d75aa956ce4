/**
 * vCards: one table row per card, with the columns of a staff list, so that its fields form a record; all other
 * fields as text; inline photos and keys as members. Accepts any input: lines outside a card are text.
 */
import type { Content, ExtractContext, Extractor, PartWriter, TableFlow } from '../../core/content.js';
import { type ContentLine, contentLines, inlineBytes, structuredText } from './content-lines.js';

export const vcf: Extractor = {
  async extract(_content: Content, out: PartWriter, context: ExtractContext): Promise<void> {
    const writer = new CardWriter(out, context);
    for await (const line of contentLines(context.stream())) {
      context.budget.check();
      writer.line(line);
      if (writer.isFull) await writer.flush();
    }
    writer.endCard();
    await writer.flush();
    if (writer.isOpen) out.partial('truncated');
  },
};

const COLUMNS = ['N', 'FN', 'TEL', 'EMAIL', 'ORG', 'TITLE', 'ADR', 'BDAY'] as const;
type Column = (typeof COLUMNS)[number];
const STRUCTURED: readonly string[] = ['N', 'ORG', 'ADR'];
/** Properties without personal data. */
const UNTOLD = new Set(['BEGIN', 'END', 'VERSION', 'PRODID', 'REV', 'PROFILE']);
/** What is collected before it is pushed: text and members of many cards. */
const FULL_CHARS = 512 * 1024;
const FULL_MEMBERS = 100;

class CardWriter {
  #table: TableFlow | undefined;
  #cells = new Map<Column, string[]>();
  #rest = '';
  #members: Buffer[] = [];
  #count = 0;
  #cardChars = 0;
  /** True inside a card. */
  isOpen = false;

  constructor(
    private readonly out: PartWriter,
    private readonly context: ExtractContext,
  ) {}

  line(line: ContentLine): void {
    const { name } = line;
    if (name === 'BEGIN' || name === 'END') {
      this.isOpen = name === 'BEGIN';
      this.endCard();
    }
    if (UNTOLD.has(name)) return;
    const bytes = inlineBytes(line);
    if (bytes && bytes.length > 0) {
      this.#members.push(bytes);
      this.#cardChars += bytes.length;
    } else if ((COLUMNS as readonly string[]).includes(name)) this.#cell(name as Column, line);
    else this.#rest += name === '' ? `${line.value}\n` : `${name}: ${line.value}\n`;
  }

  #cell(name: Column, line: ContentLine): void {
    const separator = name === 'ADR' ? ', ' : ' ';
    const text = STRUCTURED.includes(name) ? structuredText(line.raw, separator) : line.value.trim();
    const plain = text.replace(/^(?:tel|mailto):/i, '');
    if (plain === '') return;
    const list = this.#cells.get(name) ?? [];
    list.push(plain);
    this.#cells.set(name, list);
    this.#cardChars += plain.length;
    // Bounds a card without an end.
    if (this.#cardChars > FULL_CHARS) this.endCard();
  }

  endCard(): void {
    if (this.#cells.size > 0) {
      this.#table ??= this.out.table({ columns: COLUMNS });
      this.#table.row(COLUMNS.map((column) => this.#cells.get(column)?.join('\n') ?? ''));
      this.#cells.clear();
    }
    this.#cardChars = 0;
  }

  get isFull(): boolean {
    return (
      this.#rest.length > FULL_CHARS || this.#members.length > FULL_MEMBERS || this.#cardChars > FULL_CHARS
    );
  }

  /** Pushes what does not go into the table. */
  async flush(): Promise<void> {
    this.#table?.end();
    this.#table = undefined;
    if (this.#rest !== '') {
      const flow = this.out.text();
      flow.write(this.#rest);
      flow.end();
      this.#rest = '';
    }
    this.#cardChars = 0;
    for (const bytes of this.#members.splice(0)) {
      this.#count += 1;
      const open = async function* () {
        yield bytes;
      };
      await this.out.member(this.context.child(`inline-${this.#count}`, open, { size: bytes.length }));
    }
    await this.out.ready();
  }
}
