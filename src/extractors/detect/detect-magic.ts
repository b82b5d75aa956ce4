/** Identifies unknown binaries with libmagic (WASM), loaded for the first one. Never throws. */
import type { WASMagic } from 'wasmagic';
import { MEDIA } from '../bytes/media-types.js';

/** libmagic's older names for types that have another name here. */
const RENAMED: Readonly<Record<string, string>> = {
  'application/x-rar': MEDIA.rar,
  'application/x-gzip': MEDIA.gzip,
  'application/x-zip-compressed': MEDIA.zip,
  'application/x-ms-bmp': MEDIA.bmp,
  'application/vnd.ms-tnef': MEDIA.tnef,
  'application/x-sqlite3': MEDIA.sqlite,
  'application/x-lz4+json': 'application/x-mozilla-lz4',
  'text/rtf': MEDIA.rtf,
};

/** Types that libmagic reports after one or two bytes. */
const GUESSES: ReadonlySet<string> = new Set(['application/SIMH-tape-data', 'application/x-adobe-aco']);

// The cache of a loaded WASM module; one per thread.
let loaded: Promise<WASMagic> | undefined;

/** Imports the library too: most scans never need it. */
async function load(): Promise<WASMagic> {
  const { WASMagic, WASMagicFlags } = await import('wasmagic');
  return WASMagic.create({ flags: WASMagicFlags.MIME_TYPE, loadDefaultMagicfile: true, stdio: () => {} });
}

export async function detectWithMagic(head: Buffer): Promise<string> {
  try {
    loaded ??= load();
    const type = (await loaded).detect(head);
    if (!/^[a-z]+\/[\w.+-]+$/i.test(type) || type.startsWith('text/') || GUESSES.has(type))
      return MEDIA.unknown;
    return RENAMED[type] ?? type;
  } catch {
    // A trapped WASM instance cannot be used again.
    loaded = undefined;
    return MEDIA.unknown;
  }
}
