/** The format of plain and delimited text: every textual type that no other format claims. */
import type { Format } from '../../core/format.js';
import { MEDIA } from '../bytes/media-types.js';

export const formats: readonly Format[] = [
  {
    id: 'text',
    names: { text: 'plain text, CSV and other delimited text, logs, source code, PostScript' },
    mediaTypes: [
      ...[MEDIA.text, 'text/csv', MEDIA.postscript, 'text/*', 'message/*', 'application/*+xml'],
      ...['application/*+json', 'application/javascript', 'application/x-sh', 'application/x-yaml'],
    ],
    extensions: ['csv', 'tsv', 'txt'],
    recognisedBy: 'bytes that decode as text; tables by their delimiters',
    splits: true,
    load: async () => (await import('./text.js')).textExtractor,
  },
];
