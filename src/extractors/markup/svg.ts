/** SVG: its displayed text; descriptions, metadata and comments flagged; pictures as members. */
import type { Extractor } from '../../core/content.js';
import { html } from './html.js';

export const svg: Extractor = {
  extract: (content, out, context) => html.extract(content, out, context),
};
