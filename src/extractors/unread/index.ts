/** Known contents that no reader here reads: recognised, so that none of them passes as a harmless binary. */
import type { Format } from '../../core/format.js';
import { EBCDIC, UNREAD_TYPES } from '../detect/unread-data.js';

const NOT_READ = 'data-not-read';
const NOT_DECODED = 'text-not-decoded';

export const formats: readonly Format[] = [
  {
    id: NOT_READ,
    names: {},
    mediaTypes: UNREAD_TYPES,
    extensions: [],
    recognisedBy: 'signature, and by file extension where the format has none',
    note: 'containers of data, named in coverage; with --strings their printable text is read',
    unread: () => NOT_READ,
    load: async () => (await import('./unread.js')).unread(NOT_READ),
  },
  {
    id: NOT_DECODED,
    names: {},
    mediaTypes: [EBCDIC],
    extensions: [],
    recognisedBy: 'where its blanks and letters lie',
    note: 'text of mainframes (EBCDIC), named in coverage; its code page is not decoded',
    unread: () => NOT_DECODED,
    load: async () => (await import('./unread.js')).unread(NOT_DECODED),
  },
];
