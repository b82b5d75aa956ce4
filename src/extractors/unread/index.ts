/** Containers of data that no reader here reads: recognised, so that none of them passes as a harmless binary. */
import type { Format } from '../../core/format.js';
import { UNREAD_TYPES } from '../detect/unread-data.js';

/** The reason in coverage. It makes a run incomplete. */
const REASON = 'data-not-read';

export const formats: readonly Format[] = [
  {
    id: REASON,
    names: {},
    mediaTypes: UNREAD_TYPES,
    extensions: [],
    recognisedBy: 'signature, and by file extension where the format has none',
    note: 'named in coverage; with --strings their printable text is read',
    unread: () => REASON,
    load: async () => (await import('./unread.js')).unread,
  },
];
