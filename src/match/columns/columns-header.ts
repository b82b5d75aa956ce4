/**
 * Finds the header of a table: below title rows, over two lines, or absent. Input: the table's first rows, and
 * optionally a test for headers that rules know; output: the header's row, its depth, and one name per column. If no
 * header is known, shape decides: labels above values of another kind.
 */
import { headerTokens } from './columns-normalize.js';
import { isRank } from './rank-words.js';

export type HeaderRow = {
  /** Index of the (first) header row, -1 without a header. */
  readonly row: number;
  readonly depth: 1 | 2;
  /** One per column; '' for a column without a name. Empty without a header. */
  readonly names: string[];
};

/** Title rows, extraction dates and blank lines precede a header; more rows than this are no title. */
const MAX_TITLE_ROWS = 20;
const MAX_LABEL_CHARS = 80;
/** Rows examined below a candidate. */
const BODY_ROWS = 40;

/** Common header words in six languages, for tables whose columns no rule knows. */
const COMMON = new Set(
  `id name nom prenom nome nombre naam cognome apellido apellidos vorname nachname title titel titre date datum
  fecha data type typ tipo status statut stato estado code number description address adresse direccion indirizzo
  adres city ville ort ciudad citta plaats phone email rank grade dienstgrad rango grado rang unit unite einheit
  unidad reparto amount montant betrag importe bedrag total price prix preis year annee jahr ano anno jaar age sex
  sexe gender race dob salary salaire gehalt department service position post function fonction comments notes
  remarks observations first last middle start end country pays land pais paese state region zip category
  key value url user password badge shield star matricule rio nigend location latitude longitude age count quantity
  civilite affectation station district precinct command reference ref version active created updated modified
  agency organization company job role team group level hire appointed birth gehaltsgruppe rol funktion functie`
    .split(/\s+/)
    .filter(Boolean),
);

type Rows = readonly (readonly string[])[];

/** Thresholds of header rows, as shares, 0 to 1. Set by hand and held by the tests of headers and `npm run score`. */
const ROW = {
  /** The least score of a header, and the lead that a later row needs over an earlier one. */
  score: 0.6,
  lead: 0.05,
  /** Columns of the usual width that a header fills. */
  cover: 0.4,
  /** Cells that are labels, and distinct cells. */
  labels: 0.7,
  distinct: 0.5,
  /** Known header words, or columns whose values are of another kind: one of the two suffices. */
  vocabulary: 0.3,
  contrast: 0.25,
} as const;
/** What each share adds to the score; a header need not consist of known words only, hence the factor. */
const WEIGHT = { cover: 0.25, labels: 0.25, vocabulary: 0.4, contrast: 0.35 } as const;
const VOCABULARY_FACTOR = 1.4;
/** The same for the second line of a header: with gaps above it, and without. */
const SECOND_LINE = { vocabularyBelowGaps: 0.4, vocabulary: 0.6, contrast: 0.3 } as const;
/** Rows whose width is examined, and the quantile that counts as usual: title rows are narrower. */
const WIDTH_ROWS = 60;
const WIDTH_QUANTILE = 0.6;
/** Digits in a label, and in a text that is no code. */
const MAX_LABEL_DIGITS = 0.4;
const MAX_TEXT_DIGITS = 0.3;
/** Values below a header cell that must be of another kind. */
const OTHER_KIND = 0.7;

/** Never throws; rows may differ in length. */
export function findHeader(rows: Rows, known: (name: string) => boolean = () => false): HeaderRow {
  let best = { row: -1, score: 0 };
  const limit = Math.min(rows.length, MAX_TITLE_ROWS);
  const width = typicalWidth(rows);
  for (let row = 0; row < limit; row++) {
    const score = headerScore(rows, row, { width, known });
    // The first of equally good rows wins: a header can repeat on every page.
    if (score > best.score + ROW.lead) best = { row, score };
  }
  if (best.row < 0 || best.score < ROW.score) return { row: -1, depth: 1, names: [] };
  return withSecondLine(rows, best.row, known);
}

/** The usual number of cells in a row. */
function typicalWidth(rows: Rows): number {
  const widths = rows
    .slice(0, WIDTH_ROWS)
    .map((row) => filled(row).length)
    .sort((a, b) => a - b);
  return widths[Math.floor(widths.length * WIDTH_QUANTILE)] ?? 0;
}

function filled(row: readonly string[]): string[] {
  return row.map((cell) => cell.trim()).filter((cell) => cell.length > 0);
}

function headerScore(
  rows: Rows,
  at: number,
  with_: { width: number; known: (name: string) => boolean },
): number {
  const cells = filled(rows[at] as readonly string[]);
  if (cells.length === 0 || (cells.length === 1 && with_.width > 1)) return 0;
  // A title row fills few columns of a wide table.
  const cover = Math.min(1, cells.length / Math.max(1, with_.width));
  if (cover < ROW.cover) return 0;
  // A header holds no e-mail address: this is a row of values.
  if (cells.some((cell) => /\S@\S+\.\S/.test(cell))) return 0;
  const labels = cells.filter(isLabel).length / cells.length;
  if (labels < ROW.labels) return 0;
  const distinct = new Set(cells.map((cell) => cell.toLowerCase())).size / cells.length;
  const vocabulary = cells.filter((cell) => isCommon(cell) || with_.known(cell)).length / cells.length;
  const contrast = contrastBelow(rows, at);
  const enough = vocabulary >= ROW.vocabulary || contrast >= ROW.contrast || (vocabulary > 0 && contrast > 0);
  if (!enough || distinct < ROW.distinct) return 0;
  return (
    WEIGHT.cover * cover +
    WEIGHT.labels * labels +
    WEIGHT.vocabulary * Math.min(1, vocabulary * VOCABULARY_FACTOR) +
    WEIGHT.contrast * contrast
  );
}

/** Short text with a letter, but no value: no address, date, amount, phone or sentence. */
function isLabel(cell: string): boolean {
  if (cell.length > MAX_LABEL_CHARS || !/\p{L}/u.test(cell)) return false;
  if (/@|https?:|^\d[\d\s.,/:-]{3,}/.test(cell)) return false;
  return digitShare(cell) < MAX_LABEL_DIGITS;
}

/** True if the cell contains a common header word. */
export function isCommon(cell: string): boolean {
  return headerTokens(cell).some((token) => COMMON.has(token));
}

function digitShare(cell: string): number {
  return cell.replace(/\D/g, '').length / cell.length;
}

/** Kinds of cell, to contrast a header with its column. */
function kindOf(cell: string): 'number' | 'code' | 'mail' | 'text' {
  if (cell.includes('@')) return 'mail';
  if (/^[\d\s.,/:€$£%()+-]+$/.test(cell)) return 'number';
  return digitShare(cell) >= MAX_TEXT_DIGITS ? 'code' : 'text';
}

/** Share of columns whose cells below are mostly of another kind than the header cell. */
function contrastBelow(rows: Rows, at: number): number {
  const header = rows[at] as readonly string[];
  let columns = 0;
  let other = 0;
  for (let column = 0; column < header.length; column++) {
    const label = (header[column] ?? '').trim();
    if (label === '') continue;
    const below = columnBelow(rows, at, column);
    if (below.length === 0) continue;
    columns++;
    const kind = kindOf(label);
    if (below.filter((cell) => kindOf(cell) !== kind).length >= OTHER_KIND * below.length) other++;
  }
  return columns === 0 ? 0 : other / columns;
}

function columnBelow(rows: Rows, at: number, column: number): string[] {
  return rows
    .slice(at + 1, at + 1 + BODY_ROWS)
    .map((row) => (row[column] ?? '').trim())
    .filter((cell) => cell.length > 0);
}

/** Joins a header with its other line: group titles above, or the rest of its words below. */
function withSecondLine(rows: Rows, row: number, known: (name: string) => boolean): HeaderRow {
  const main = rows[row] as readonly string[];
  const below = rows[row + 1];
  if (below && rows.length > row + 2 && isSecondLine(rows, row + 1, known)) {
    return { row, depth: 2, names: joinLines(main, below) };
  }
  const above = rows[row - 1];
  if (above && isGroupLine(above, main)) return { row: row - 1, depth: 2, names: joinLines(above, main) };
  return { row, depth: 1, names: main.map((cell) => cell.trim()) };
}

/** Titles over groups of columns: at least two labels, with gaps where the header has none. */
function isGroupLine(above: readonly string[], main: readonly string[]): boolean {
  const cells = filled(above);
  const gaps = main.filter((cell, i) => cell.trim() && !(above[i] ?? '').trim()).length;
  return cells.length >= 2 && gaps > 0 && cells.every(isLabel) && above.length <= main.length + 2;
}

/** The second line of a header: labels that differ from the rows below, or words that complete the first line. */
function isSecondLine(rows: Rows, at: number, known: (name: string) => boolean): boolean {
  const upper = (rows[at - 1] as readonly string[]).map((cell) => cell.trim());
  const lower = (rows[at] as readonly string[]).map((cell) => cell.trim());
  const cells = lower.filter(Boolean);
  if (cells.length === 0 || !cells.every(isLabel) || cells.some((cell) => isRank(cell) && !isCommon(cell)))
    return false;
  const vocabulary = cells.filter((cell) => isCommon(cell) || known(cell)).length / cells.length;
  const gaps = upper.filter((cell, i) => cell === '' && lower[i]).length;
  if (gaps > 0) return vocabulary >= SECOND_LINE.vocabularyBelowGaps;
  const joined = lower.filter((cell, i) => cell && known(`${upper[i] ?? ''} ${cell}`)).length;
  return (
    vocabulary >= SECOND_LINE.vocabulary && (joined > 0 || contrastBelow(rows, at) >= SECOND_LINE.contrast)
  );
}

function joinLines(upper: readonly string[], lower: readonly string[]): string[] {
  const width = Math.max(upper.length, lower.length);
  const gaps = lower.filter((cell, i) => cell.trim() && !(upper[i] ?? '').trim()).length;
  const names: string[] = [];
  let group = '';
  for (let i = 0; i < width; i++) {
    const top = (upper[i] ?? '').trim();
    const bottom = (lower[i] ?? '').trim();
    if (top) group = top;
    // A merged title is stored over its first column only, but applies to the empty columns after it.
    const above = top || (gaps > 0 && bottom ? group : '');
    names.push([above, bottom].filter(Boolean).join(' '));
  }
  return names;
}
