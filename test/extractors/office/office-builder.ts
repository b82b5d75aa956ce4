/** Builds small Office packages for tests from their parts' XML. */
import { strToU8, zipSync } from 'fflate';

const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';
const WORD_TYPES: Record<string, string> = {
  document: 'document.main',
  header1: 'header',
  footer1: 'footer',
  footnotes: 'footnotes',
  endnotes: 'endnotes',
  comments: 'comments',
  styles: 'styles',
  settings: 'settings',
};

export function zipOf(parts: Record<string, string | Uint8Array>): Uint8Array {
  const entries = Object.entries(parts).map(([name, part]) => [
    name,
    typeof part === 'string' ? strToU8(part) : part,
  ]);
  return zipSync(Object.fromEntries(entries) as Record<string, Uint8Array>);
}

/** `word` holds the inner XML of word/<name>.xml by name; `more` whole parts by path. */
export function buildDocx(
  word: Record<string, string>,
  more: Record<string, string | Uint8Array> = {},
): Uint8Array {
  const overrides = Object.keys(word).map((name) => {
    const type = `application/vnd.openxmlformats-officedocument.wordprocessingml.${WORD_TYPES[name]}+xml`;
    return `<Override PartName="/word/${name}.xml" ContentType="${type}"/>`;
  });
  const parts: Record<string, string | Uint8Array> = {
    '[Content_Types].xml': `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${overrides.join('')}</Types>`,
    '_rels/.rels':
      '<Relationships><Relationship Id="rId1" Type="http://x/officeDocument" Target="word/document.xml"/></Relationships>',
  };
  for (const [name, inner] of Object.entries(word)) {
    parts[`word/${name}.xml`] =
      `<?xml version="1.0" encoding="UTF-8"?><w:${name} ${W} ${R}>${inner}</w:${name}>`;
  }
  return zipOf({ ...parts, ...more });
}

/** A paragraph of runs. */
export function p(...runs: string[]): string {
  return `<w:p>${runs.map((run) => (run.startsWith('<') ? run : r(run))).join('')}</w:p>`;
}

export function r(text: string, properties = ''): string {
  return `<w:r>${properties ? `<w:rPr>${properties}</w:rPr>` : ''}<w:t xml:space="preserve">${text}</w:t></w:r>`;
}

export function table(rows: string[][]): string {
  const cell = (text: string) => `<w:tc>${text.startsWith('<') ? text : p(text)}</w:tc>`;
  return `<w:tbl>${rows.map((row) => `<w:tr>${row.map(cell).join('')}</w:tr>`).join('')}</w:tbl>`;
}
