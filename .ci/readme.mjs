/**
 * `npm run readme`: writes README's table of formats from their descriptors, between its two markers. A test holds
 * README to it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';

const BEGIN = '<!-- formats: made by npm run readme -->';
const END = '<!-- /formats -->';

/** README with its table made anew. Throws where a marker is missing. */
export function withFormats(readme, formats, kinds) {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`README.md has no ${BEGIN} … ${END}`);
  return `${readme.slice(0, begin + BEGIN.length)}\n${tableOf(formats, kinds)}${readme.slice(end)}`;
}

/** One row a kind: the names that formats have under it, and what of them is read. */
function tableOf(formats, kinds) {
  const rows = Object.entries(kinds).map(([kind, read]) => {
    const names = formats.map((format) => format.names[kind]).filter(Boolean);
    return `| ${kind} | ${names.join(', ')} | ${read} |\n`;
  });
  return `| kind | formats | read of them |\n|---|---|---|\n${rows.join('')}`;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const { FORMATS } = await import('../dist/extractors/index.js');
  const { FORMAT_KINDS } = await import('../dist/core/format.js');
  const path = new URL('../README.md', import.meta.url);
  writeFileSync(path, withFormats(readFileSync(path, 'utf8'), FORMATS, FORMAT_KINDS));
}
