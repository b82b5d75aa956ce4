/** The program that reads text in pictures where it is installed. */
import type { Tool } from '../../core/format.js';

export const TESSERACT: Tool = {
  name: 'tesseract',
  versionArgs: ['--version'],
  usedFor: 'OCR (twice as fast as the built-in one)',
};
