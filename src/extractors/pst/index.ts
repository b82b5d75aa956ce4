/** The format of Outlook stores. */
import type { Format } from '../../core/format.js';
import { MEDIA } from '../bytes/media-types.js';

export const formats: readonly Format[] = [
  {
    id: 'pst',
    names: { mail: 'pst, ost' },
    mediaTypes: [MEDIA.pst],
    extensions: ['pst', 'ost'],
    recognisedBy: 'signature',
    container: true,
    archive: true,
    note: 'pst, ost',
    load: async () => (await import('./pst.js')).pst,
  },
];
