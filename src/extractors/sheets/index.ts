/** The formats of workbooks. `xls` is an OLE file: see the format `ole`. */
import type { Format } from '../../core/format.js';
import { MEDIA } from '../bytes/media-types.js';

export const formats: readonly Format[] = [
  {
    id: 'xlsx',
    names: { spreadsheets: 'xlsx, xlsm' },
    mediaTypes: [MEDIA.xlsx, MEDIA.xlsm, MEDIA.xlam],
    extensions: ['xlsx', 'xlsm'],
    recognisedBy: 'a zip with the content types or part names of a workbook',
    container: true,
    load: async () => (await import('./xlsx.js')).xlsx,
  },
  {
    id: 'xlsb',
    names: { spreadsheets: 'xlsb' },
    mediaTypes: [MEDIA.xlsb],
    extensions: ['xlsb'],
    recognisedBy: 'a zip with the content types or part names of a binary workbook',
    container: true,
    readBy: 'SheetJS',
    load: async () => (await import('./xlsb.js')).xlsb,
  },
  {
    id: 'ods',
    names: { spreadsheets: 'ods, fods' },
    mediaTypes: [MEDIA.ods],
    extensions: ['ods'],
    recognisedBy: 'the mimetype of a zip, or the root element of flat XML',
    container: true,
    load: async () => (await import('./ods.js')).ods,
  },
  {
    id: 'lotus',
    names: { spreadsheets: 'Lotus 1-2-3' },
    mediaTypes: [MEDIA.lotus],
    extensions: [],
    recognisedBy: 'its first record',
    load: async () => (await import('./lotus.js')).lotus,
  },
];
