/**
 * Pictures: their metadata (EXIF with location, IPTC, XMP, text chunks, comments) as flagged text, and with --ocr the
 * text in them. Without --ocr every picture is `image-not-read`, to make the gap visible. Reads the whole file up to
 * a bound, otherwise its two ends.
 */
import exifr from 'exifr';
import type { Content, ExtractContext, Extractor, PartWriter } from '../../core/content.js';
import { codeOf } from '../../core/errors.js';
import { withMutedConsole } from '../bytes/mute-console.js';
import { addSegments } from './image-segments.js';
import { imageEnd } from './image-structure.js';
import { MetadataText } from './metadata-text.js';
import { ocrImage, pageCount } from './ocr.js';
import { pushTrailing } from './trailing-bytes.js';
import { addXmp } from './xmp.js';

export const image: Extractor = {
  async extract(_content: Content, out: PartWriter, context: ExtractContext): Promise<void> {
    const access = await context.randomAccess();
    const isWhole = access.size <= WHOLE_BYTES;
    const start = await access.read(0, isWhole ? access.size : END_BYTES);
    const end = isWhole ? Buffer.alloc(0) : await access.read(access.size - END_BYTES, END_BYTES);
    await pushMetadata(start, end, out);
    if (context.options.ocr && isWhole) await pushOcr(start, out, context);
    else out.partial('image-not-read');
    const length = isWhole ? imageEnd(start) : undefined;
    if (length !== undefined) await pushTrailing(length, out, context);
  },
};

const WHOLE_BYTES = 64 * 1024 * 1024;
const END_BYTES = 16 * 1024 * 1024;
const MAX_PAGES = 2000;

async function pushMetadata(start: Buffer, end: Buffer, out: PartWriter): Promise<void> {
  const text = new MetadataText();
  await addExif(start, text);
  addSegments(start, text);
  addXmp(start, text);
  addXmp(end, text);
  const lines = text.toString();
  if (lines === '') return;
  const flow = out.text({ part: 'metadata', hidden: 'metadata' });
  flow.write(lines);
  flow.end();
}

const EXIF_OPTIONS = {
  tiff: true,
  xmp: false,
  iptc: true,
  icc: false,
  jfif: false,
  ihdr: false,
  interop: false,
  makerNote: false,
  userComment: true,
  mergeOutput: false,
};

async function addExif(bytes: Buffer, text: MetadataText): Promise<void> {
  try {
    const found: unknown = await withMutedConsole(() => exifr.parse(bytes, EXIF_OPTIONS));
    const place = (found as { gps?: { latitude?: unknown; longitude?: unknown } } | undefined)?.gps;
    if (typeof place?.latitude === 'number' && typeof place.longitude === 'number') {
      text.gps(place.latitude, place.longitude);
    }
    text.object(found);
  } catch {
    // Unknown or broken formats: their packets and chunks are still read.
  }
}

async function pushOcr(bytes: Buffer, out: PartWriter, context: ExtractContext): Promise<void> {
  const { budget, options } = context;
  const settings = { languages: options.ocrLanguages, signal: budget.signal };
  try {
    const pages = Math.min(await pageCount(bytes), MAX_PAGES);
    for (let page = 0; page < pages; page++) {
      budget.check();
      const text = await ocrImage(bytes, { ...settings, page });
      if (text.trim() === '') continue;
      const flow = out.text({ part: 'ocr', page: pages > 1 ? page + 1 : undefined });
      flow.write(text);
      flow.end();
    }
  } catch (error) {
    const code = codeOf(error);
    if (code === 'interrupted' || (code === 'timeout' && isSpent(context))) throw error;
    out.partial('image-not-read', code);
  }
}

/** True if the item's own time is over, not only the page's. */
function isSpent({ budget }: ExtractContext): boolean {
  try {
    budget.check();
    return false;
  } catch {
    return true;
  }
}
