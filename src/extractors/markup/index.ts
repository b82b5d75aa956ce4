/** The formats HTML and SVG. Other XML is among the records. */
import type { Format } from '../../core/format.js';
import { MEDIA } from '../bytes/media-types.js';

export const formats: readonly Format[] = [
  {
    id: 'html',
    names: { text: 'HTML' },
    mediaTypes: [MEDIA.html, 'application/xhtml+xml'],
    extensions: ['htm', 'html'],
    recognisedBy: 'its first element; the name or the declared type if tags come later',
    load: async () => (await import('./html.js')).html,
  },
  {
    id: 'svg',
    names: { text: 'SVG' },
    mediaTypes: [MEDIA.svg],
    extensions: [],
    recognisedBy: 'its root element',
    load: async () => (await import('./svg.js')).svg,
  },
];
