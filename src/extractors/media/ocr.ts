/**
 * Reads the text in a picture, offline: with the tesseract program if installed, otherwise with its WebAssembly
 * build. Input: an encoded picture, which sharp decodes, converts to grey and scales; output: text. Rejects pictures
 * of more than 100 megapixels. Each thread reads one page at a time.
 */
import { LeaksiftError } from '../../core/errors.js';
import { loadSharp } from './ocr-packages.js';
import { recogniseByProgram } from './ocr-program.js';
import { recogniseByWasm } from './ocr-wasm.js';

export type OcrImage = Buffer | { readonly path: string };

export type OcrSettings = {
  /** Tesseract's names: `eng`, `fra`. */
  readonly languages: readonly string[];
  /** Time for one page. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Page of a TIFF, from 0. */
  readonly page?: number;
};

/** Pages take 2 to 4 s; the slowest real ones about ten times as long. */
export const PAGE_TIMEOUT_MS = 60_000;
const MAX_PIXELS = 100_000_000;
/** 150 dpi suffices for a page of paper: recall is as good as at 300. */
const MAX_SIDE = 2600;
/** Smaller pictures (screenshots, crops) are enlarged: letters need about 20 pixels. */
const SMALL_SIDE = 1200;

async function opened(image: OcrImage, page: number | undefined) {
  const input = Buffer.isBuffer(image) ? image : image.path;
  const sharp = await loadSharp();
  return sharp(input, { limitInputPixels: MAX_PIXELS, failOn: 'none', page: page ?? 0 });
}

/** The number of pages of a picture (TIFF); other formats have one, frames do not count. */
export async function pageCount(image: OcrImage): Promise<number> {
  try {
    const { format, pages } = await (await opened(image, undefined)).metadata();
    return format === 'tiff' ? (pages ?? 1) : 1;
  } catch (cause) {
    throw new LeaksiftError('decode-error', 'picture: cannot be decoded', { cause });
  }
}

/** The text in a picture. Throws `decode-error`, `timeout`, `interrupted`. */
export async function ocrImage(image: OcrImage, settings: OcrSettings): Promise<string> {
  const png = await prepared(image, settings.page);
  const job = { png, timeoutMs: PAGE_TIMEOUT_MS, ...settings, languages: checked(settings.languages) };
  return (await recogniseByProgram(job)) ?? recogniseByWasm(job);
}

async function prepared(image: OcrImage, page: number | undefined): Promise<Buffer> {
  try {
    const { width, height } = await (await opened(image, page)).metadata();
    const side = Math.max(width, height);
    const target = side < SMALL_SIDE ? Math.min(2 * side, MAX_SIDE) : Math.min(side, MAX_SIDE);
    const size = { width: target, height: target, fit: 'inside' as const };
    const picture = await opened(image, page);
    return await picture
      .rotate()
      .flatten({ background: '#fff' })
      .resize(size)
      .greyscale()
      .png({ compressionLevel: 1 })
      .toBuffer();
  } catch (cause) {
    throw new LeaksiftError('decode-error', 'picture: cannot be decoded', { cause });
  }
}

/** Rejects anything but plain names: they become file names and arguments. */
function checked(languages: readonly string[]): readonly string[] {
  const names = languages.filter((name) => /^[a-z]{3}(?:_[a-z]{3,8})?$/i.test(name));
  return names.length > 0 ? names : ['eng'];
}
