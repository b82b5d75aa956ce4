/**
 * Blanks the HTML tags and entities in a table cell, so that words match as a browser shows them and every offset
 * stays. Changes the bytes of the cell in place. Keeps the address of a `mailto:` unless the text repeats it.
 */
const LOOKS_LIKE_MARKUP =
  /<\/?(?:html|body|div|p|br|td|tr|table|span|a|b|font|li|ul|h[1-6])\b[^<>]{0,2000}>/i;
const MARKUP = /<[!/]?[a-z][^<>]{0,2000}>|&(?:[a-z]{2,8}|#\d{1,6}|#x[0-9a-f]{1,6});/gi;
const SPACE = 0x20;
const LESS = 0x3c;

export function blankMarkup(cell: Buffer): void {
  if (!cell.includes(LESS)) return;
  // One character per byte: offsets are byte offsets.
  const text = cell.toString('latin1');
  if (!LOOKS_LIKE_MARKUP.test(text)) return;
  for (const found of text.matchAll(MARKUP)) {
    const end = found.index + found[0].length;
    const hidden = /mailto:([^"'?>\s]+)/i.exec(found[0]);
    const address = hidden?.[1];
    if (hidden && address !== undefined && !text.includes(address, end)) {
      const start = found.index + hidden.index + 'mailto:'.length;
      cell.fill(SPACE, found.index, start);
      cell.fill(SPACE, start + address.length, end);
    } else cell.fill(SPACE, found.index, end);
  }
}
