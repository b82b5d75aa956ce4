/** The format PDF. */
import type { Format } from '../../core/format.js';
import { MEDIA } from '../bytes/media-types.js';
import { TESSERACT } from '../media/tesseract.js';

export const formats: readonly Format[] = [
  {
    id: 'pdf',
    names: { documents: 'pdf' },
    mediaTypes: [MEDIA.pdf],
    extensions: ['pdf'],
    recognisedBy: 'signature, also with up to 1 KiB of other bytes before it',
    container: true,
    readBy: 'PDF.js, PDFium',
    note: 'scanned pages with --ocr',
    tools: [TESSERACT],
    load: async () => (await import('./pdf.js')).pdfExtractor,
  },
];
