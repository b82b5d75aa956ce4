/**
 * Turns the nested, interleaved content of a document part into flat flows: the visible text, tables, and, in
 * separate flows, hidden and side text (text boxes, deletions, field codes). Only one flow is open at a time: other
 * text is held until the visible text pauses, which it does when much is held. Visible text is written at once. End
 * it once. Over 250 lines: text, tables and asides share the one open flow.
 */
import type { Cell, PartWriter, Place, RowOptions, TableFlow, TextFlow } from '../../core/content.js';

/** Above this much held text the visible text pauses. */
const MAX_HELD_CHARS = 4 * 1024 * 1024;
/** A longer cell is not a table cell but a document in one: it is cut into several. */
const MAX_CELL_CHARS = 1024 * 1024;
/** Columns that a merged cell can span; wider spans are cut. */
const MAX_SPAN = 64;
/** A row with more cells is cut into several. Excel has as many columns; Word has 63. */
const MAX_ROW_CELLS = 16_384;
/** Memory of a held cell besides its text, in characters. */
const CELL_CHARS = 8;
/** Deeper tables become text of the cell around them: no real document has so many, and each costs memory. */
const MAX_TABLE_DEPTH = 64;

type Row = { readonly cells: readonly (string | Cell)[]; readonly options: RowOptions };
type Frame = {
  row: (string | Cell)[] | undefined;
  cell: string;
  hasCell: boolean;
  hidden?: string;
  held: Row[] | undefined;
};
type Aside = { readonly place: Place; text: string };
type Held = { readonly place: Place; text?: string; rows?: Row[] };

export class DocumentText {
  #flow: TextFlow | undefined;
  #table: TableFlow | undefined;
  readonly #frames: Frame[] = [];
  /** Open tables beyond the deepest frame. */
  #tooDeep = 0;
  readonly #asides: Aside[] = [];
  readonly #byPlace = new Map<string, Aside>();
  #held: Held[] = [];
  #heldChars = 0;
  /** The aside last written to, until visible text follows: the next run can continue it. */
  #adjacent: Aside | undefined;

  constructor(
    private readonly out: PartWriter,
    private place: Place = {},
  ) {}

  /** Writes visible text of the open paragraph, cell or text box. */
  write(text: string): void {
    if (text === '') return;
    this.#adjacent = undefined;
    const aside = this.#asides.at(-1);
    if (aside) this.#toAside(aside, text);
    else if (this.#frames.length > 0) this.#toCell(text);
    else {
      // A flow that starts with blanks could remain empty.
      if (!this.#flow && text.trim() === '') return;
      this.#flow ??= this.#openText();
      this.#flow.write(text);
    }
  }

  /** Writes text of another place than the visible text around it. Adjacent runs are joined. */
  aside(place: Place, text: string): void {
    if (text === '') return;
    const aside = this.#asideOf({ ...this.place, ...place });
    if (aside !== this.#adjacent && aside.text !== '' && !/\s$/.test(aside.text)) aside.text += ' ';
    this.#adjacent = aside;
    this.#toAside(aside, text);
  }

  endParagraph(): void {
    for (const aside of this.#byPlace.values()) {
      if (aside.text !== '' && !aside.text.endsWith('\n')) aside.text += '\n';
    }
    this.write('\n');
  }

  /** Opens a text box: text until its close is separate. */
  openAside(place: Place): void {
    this.#asides.push({ place: { ...this.place, ...place }, text: '' });
  }

  closeAside(): void {
    const aside = this.#asides.pop();
    if (aside && aside.text.trim() !== '') this.#held.push({ place: aside.place, text: aside.text });
  }

  openTable(): void {
    if (this.#frames.length >= MAX_TABLE_DEPTH) {
      this.#tooDeep += 1;
      return;
    }
    this.#endFlow();
    const isDirect = this.#frames.length === 0 && this.#asides.length === 0;
    this.#frames.push({ row: undefined, cell: '', hasCell: false, held: isDirect ? undefined : [] });
  }

  openRow(): void {
    const frame = this.#own();
    if (frame) Object.assign(frame, { row: [], cell: '', hasCell: false, hidden: undefined });
  }

  hideRow(kind: string): void {
    const frame = this.#own();
    if (frame) frame.hidden = kind;
  }

  openCell(): void {
    const frame = this.#own();
    if (!frame) return;
    frame.row ??= [];
    frame.hasCell = true;
  }

  /** `span` is the number of columns the cell takes. */
  closeCell(span = 1): void {
    if (this.#tooDeep > 0) this.#separate('\t');
    else this.#closeCell(span);
  }

  #closeCell(span: number): void {
    const frame = this.#frames.at(-1);
    if (!frame?.row) return;
    frame.row.push(frame.cell.trim());
    for (let i = 1; i < Math.min(span, MAX_SPAN); i++) frame.row.push('');
    frame.cell = '';
    frame.hasCell = false;
  }

  closeRow(): void {
    if (this.#tooDeep > 0) this.#separate('\n');
    else this.#closeRow();
  }

  #closeRow(): void {
    const frame = this.#frames.at(-1);
    if (!frame?.row) return;
    if (frame.cell.trim() !== '') this.#closeCell(1);
    const row: Row = { cells: frame.row, options: frame.hidden ? { hidden: frame.hidden } : {} };
    frame.row = undefined;
    if (row.cells.length === 0) return;
    if (frame.held) this.#holdRow(frame.held, row);
    else this.#pushRow(row);
  }

  closeTable(): void {
    if (this.#tooDeep > 0) {
      this.#tooDeep -= 1;
      return;
    }
    if (this.#frames.at(-1)?.row) this.#closeRow();
    const frame = this.#frames.pop();
    const loose = frame?.cell ?? '';
    if (frame?.held && frame.held.length > 0) this.#held.push({ place: this.place, rows: frame.held });
    if (this.#frames.length === 0) this.#endTable();
    if (loose.trim() !== '') this.write(loose);
  }

  /** Ends what is open; later text belongs to `place`. */
  moveTo(place: Place): void {
    this.pause();
    this.place = place;
  }

  /** Ends the open flows and pushes what is held. */
  pause(): void {
    this.#endFlow();
    this.#endTable();
    for (const aside of this.#byPlace.values()) {
      if (aside.text.trim() !== '') this.#held.push({ place: aside.place, text: aside.text });
    }
    this.#byPlace.clear();
    this.#adjacent = undefined;
    this.#heldChars = 0;
    for (const held of this.#held.splice(0)) this.#pushHeld(held);
  }

  end(): void {
    this.#tooDeep = 0;
    while (this.#frames.length > 0) this.closeTable();
    while (this.#asides.length > 0) this.closeAside();
    this.pause();
  }

  #toAside(aside: Aside, text: string): void {
    aside.text += text;
    this.#hold(text.length);
    if (aside.text.length <= MAX_HELD_CHARS) return;
    this.#held.push({ place: aside.place, text: aside.text });
    aside.text = '';
  }

  #toCell(text: string): void {
    const frame = this.#frames.at(-1) as Frame;
    frame.cell += text;
    if (frame.cell.length > MAX_CELL_CHARS) this.#closeCell(1);
    if ((frame.row?.length ?? 0) > MAX_ROW_CELLS) this.#closeRow();
  }

  /** The frame of the open table; undefined if it has none of its own. */
  #own(): Frame | undefined {
    return this.#tooDeep > 0 ? undefined : this.#frames.at(-1);
  }

  /** Separates the text of cells without a frame. Empty cells leave nothing. */
  #separate(mark: string): void {
    if (this.#asides.length > 0) this.write(mark);
    else if (/\S$/.test(this.#frames.at(-1)?.cell.slice(-1) ?? '')) this.#toCell(mark);
  }

  #asideOf(place: Place): Aside {
    const key = `${place.part ?? ''}/${place.hidden ?? ''}`;
    let aside = this.#byPlace.get(key);
    if (!aside) {
      aside = { place, text: '' };
      this.#byPlace.set(key, aside);
    }
    return aside;
  }

  #hold(chars: number): void {
    this.#heldChars += chars;
    if (this.#heldChars > MAX_HELD_CHARS) this.pause();
  }

  #holdRow(rows: Row[], row: Row): void {
    rows.push(row);
    let chars = 0;
    for (const cell of row.cells) chars += typeof cell === 'string' ? cell.length + CELL_CHARS : CELL_CHARS;
    if (this.#heldChars + chars > MAX_HELD_CHARS)
      this.#held.push({ place: this.place, rows: rows.splice(0) });
    this.#hold(chars);
  }

  /** A row of one cell at the head of a table is a frame around text, not a record. */
  #pushRow(row: Row): void {
    const only = row.cells[0];
    if (row.cells.length === 1 && !this.#table && typeof only === 'string') {
      this.#flow ??= this.#openText(row.options.hidden);
      this.#flow.write(`${only}\n`);
      if (row.options.hidden) this.#endFlow();
      return;
    }
    this.#endFlow();
    this.#table ??= this.out.table(this.place);
    this.#table.row(row.cells, row.options);
  }

  #openText(hidden?: string): TextFlow {
    this.#endTable();
    return this.out.text(hidden ? { ...this.place, hidden } : this.place);
  }

  #pushHeld({ place, text, rows }: Held): void {
    if (text !== undefined) {
      const flow = this.out.text(place);
      flow.write(text);
      flow.end();
      return;
    }
    const table = this.out.table(place);
    for (const row of rows ?? []) table.row(row.cells, row.options);
    table.end();
  }

  #endFlow(): void {
    this.#flow?.end();
    this.#flow = undefined;
  }

  #endTable(): void {
    this.#table?.end();
    this.#table = undefined;
  }
}
