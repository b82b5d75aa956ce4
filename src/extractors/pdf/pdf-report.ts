/** Pushes the text of PDF pages, and records the pages that were not, or only partly, read. */
import type { PartWriter } from '../../core/content.js';
import { pushText } from '../bytes/embedded.js';
import { hyphenVariants, joinLines } from './pdf-lines.js';

/** The pages that were not, or only partly, read. */
export class PageReport {
  readonly empty: number[] = [];
  readonly blank: number[] = [];
  readonly pictures: number[] = [];
  readonly lost: number[] = [];
  pagesRead = 0;
  textRead = false;

  push(out: PartWriter): void {
    // A page without content is complete, unless the whole document is without content.
    const empty = this.textRead ? this.empty : [...this.empty, ...this.blank].sort((a, b) => a - b);
    if (empty.length > 0) out.partial('no-text-layer', pageList(empty));
    if (this.pictures.length > 0) out.partial('image-not-read', pageList(this.pictures));
    if (this.lost.length > 0) out.partial('corrupt', pageList(this.lost));
  }
}

/** Further ranges of pages are cut from a coverage line. */
const MAX_RANGES = 20;

/** `pages 1-3, 7`, shortened if long. */
export function pageList(pages: readonly number[]): string {
  const ranges: string[] = [];
  for (let i = 0; i < pages.length; ) {
    let end = i;
    while (pages[end + 1] === (pages[end] as number) + 1) end += 1;
    ranges.push(end > i ? `${pages[i]}-${pages[end]}` : `${pages[i]}`);
    i = end + 1;
  }
  const shown = ranges.slice(0, MAX_RANGES).join(', ');
  return `${pages.length === 1 ? 'page' : 'pages'} ${shown}${ranges.length > MAX_RANGES ? ', ...' : ''}`;
}

/** `index` counts from 0. */
export function pushPage(out: PartWriter, index: number, text: string): void {
  pushText(out, { page: index + 1 }, joinLines(text));
  pushText(out, { page: index + 1, part: 'hyphenated' }, hyphenVariants(text));
}
