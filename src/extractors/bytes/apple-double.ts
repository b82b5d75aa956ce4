/**
 * AppleDouble files (`._name`, RFC 1740): what macOS keeps beside a file on another file system. Input: Finder
 * information, extended attributes and a resource fork. Output: their printable text, such as comments and the address
 * that a download came from. The data of the file itself is in the file beside it.
 */
import type { Content, ExtractContext, Extractor, PartWriter } from '../../core/content.js';
import { readRuns } from './strings.js';

export const appleDouble: Extractor = {
  extract: (_content: Content, out: PartWriter, context: ExtractContext) => readRuns(out, context),
};
