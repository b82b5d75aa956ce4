/** The formats that hold records: JSON, SQL dumps, XML and databases. */
import type { Format } from '../../core/format.js';
import { MEDIA } from '../bytes/media-types.js';

export const formats: readonly Format[] = [
  {
    id: 'json',
    names: { text: 'JSON' },
    mediaTypes: [MEDIA.json],
    extensions: ['json'],
    recognisedBy: 'its first value',
    load: async () => (await import('./json.js')).json,
  },
  {
    id: 'ndjson',
    names: { text: 'JSON lines' },
    mediaTypes: [MEDIA.ndjson],
    extensions: ['ndjson', 'jsonl'],
    recognisedBy: 'JSON values of one line each',
    splits: true,
    load: async () => (await import('./json.js')).ndjson,
  },
  {
    id: 'sql',
    names: { text: 'SQL dumps' },
    mediaTypes: [MEDIA.sql],
    extensions: ['sql'],
    recognisedBy: 'its first statements, or the header of a dump',
    splits: true,
    load: async () => (await import('./sql.js')).sql,
  },
  {
    id: 'xml',
    names: { text: 'XML', spreadsheets: 'Excel 2003 XML', documents: 'Word 2003 XML' },
    mediaTypes: [MEDIA.xml],
    extensions: ['xml'],
    recognisedBy: 'its declaration or root element',
    load: async () => (await import('./xml-records.js')).xmlRecords,
  },
  {
    id: 'access',
    names: { databases: 'mdb, accdb' },
    mediaTypes: [MEDIA.access],
    extensions: ['mdb', 'accdb'],
    recognisedBy: 'signature',
    container: true,
    readBy: 'mdb-reader',
    note: 'mdb, accdb',
    load: async () => (await import('./access.js')).access,
  },
  {
    id: 'sqlite',
    names: { databases: 'sqlite' },
    mediaTypes: [MEDIA.sqlite],
    extensions: ['sqlite', 'sqlite3'],
    recognisedBy: 'signature',
    container: true,
    readBy: 'node-sqlite3-wasm',
    load: async () => (await import('./sqlite.js')).sqliteExtractor,
  },
  {
    id: 'dbf',
    names: { databases: 'dbf' },
    mediaTypes: [MEDIA.dbf],
    extensions: ['dbf'],
    recognisedBy: 'its header: version, date, lengths and the first field',
    load: async () => (await import('./dbf.js')).dbf,
  },
];
