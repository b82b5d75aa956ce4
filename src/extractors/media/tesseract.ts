/** The optional program that reads text in pictures. */
import type { Tool } from '../../core/format.js';

export const TESSERACT: Tool = {
  name: 'tesseract',
  versionArgs: ['--version'],
  usedFor: 'OCR (twice as fast as the built-in one)',
};
