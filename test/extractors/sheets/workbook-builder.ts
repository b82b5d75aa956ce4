/** Builds small xlsx files for tests: parts given as XML, relationships and content types written around them. */
import { strToU8, zipSync } from 'fflate';

export const REL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
export const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';

export type Rel = { id?: string; type: string; target: string; external?: boolean };

export function rels(list: readonly Rel[]): string {
  const items = list.map((rel, i) => {
    const mode = rel.external ? ' TargetMode="External"' : '';
    return `<Relationship Id="${rel.id ?? `rId${i + 1}`}" Type="${REL}/${rel.type}" Target="${rel.target}"${mode}/>`;
  });
  return `<?xml version="1.0"?><Relationships>${items.join('')}</Relationships>`;
}

export function zip(parts: Readonly<Record<string, string | Uint8Array>>): Uint8Array {
  const files = Object.entries(parts).map(([name, part]) => [
    name,
    typeof part === 'string' ? strToU8(part) : part,
  ]);
  return zipSync(Object.fromEntries(files));
}

export type SheetSpec = { name: string; state?: string; xml: string; rels?: readonly Rel[] };

/** `xml` of a sheet is what stands inside <worksheet>. */
export function workbook(
  sheets: readonly SheetSpec[],
  more: {
    strings?: string;
    styles?: string;
    inWorkbook?: string;
    rels?: readonly Rel[];
    rootRels?: readonly Rel[];
    parts?: Readonly<Record<string, string | Uint8Array>>;
  } = {},
): Uint8Array {
  const parts: Record<string, string | Uint8Array> = {
    '[Content_Types].xml': '<Types/>',
    '_rels/.rels': rels([{ type: 'officeDocument', target: 'xl/workbook.xml' }, ...(more.rootRels ?? [])]),
  };
  const list = sheets.map((sheet, i) => {
    parts[`xl/worksheets/sheet${i + 1}.xml`] =
      `<worksheet xmlns="${MAIN}" xmlns:r="${REL}">${sheet.xml}</worksheet>`;
    if (sheet.rels) parts[`xl/worksheets/_rels/sheet${i + 1}.xml.rels`] = rels(sheet.rels);
    const state = sheet.state ? ` state="${sheet.state}"` : '';
    return `<sheet name="${sheet.name}" sheetId="${i + 1}"${state} r:id="s${i + 1}"/>`;
  });
  parts['xl/workbook.xml'] =
    `<workbook xmlns="${MAIN}" xmlns:r="${REL}"><sheets>${list.join('')}</sheets>${more.inWorkbook ?? ''}</workbook>`;
  const bookRels: Rel[] = sheets.map((_, i) => ({
    id: `s${i + 1}`,
    type: 'worksheet',
    target: `worksheets/sheet${i + 1}.xml`,
  }));
  if (more.strings) bookRels.push({ id: 'ss', type: 'sharedStrings', target: 'sharedStrings.xml' });
  if (more.strings) parts['xl/sharedStrings.xml'] = `<sst xmlns="${MAIN}">${more.strings}</sst>`;
  if (more.styles) bookRels.push({ id: 'st', type: 'styles', target: 'styles.xml' });
  if (more.styles) parts['xl/styles.xml'] = `<styleSheet xmlns="${MAIN}">${more.styles}</styleSheet>`;
  parts['xl/_rels/workbook.xml.rels'] = rels([...bookRels, ...(more.rels ?? [])]);
  return zip({ ...parts, ...more.parts });
}

/** Rows of inline strings. */
export function data(rows: readonly (readonly string[])[]): string {
  const xml = rows.map(
    (row) => `<row>${row.map((t) => `<c t="inlineStr"><is><t>${t}</t></is></c>`).join('')}</row>`,
  );
  return `<sheetData>${xml.join('')}</sheetData>`;
}
