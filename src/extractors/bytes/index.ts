/** Printable runs: of AppleDouble files, and as the last resort of binaries that no other format reads. */
import type { Format } from '../../core/format.js';
import { MEDIA } from './media-types.js';

export const formats: readonly Format[] = [
  {
    id: 'appledouble',
    names: { text: 'printable text of AppleDouble files (`._*`)' },
    mediaTypes: [MEDIA.appleDouble],
    extensions: [],
    recognisedBy: 'signature',
    load: async () => (await import('./apple-double.js')).appleDouble,
  },
  {
    id: 'strings',
    names: { text: 'printable text in unknown binaries (`--strings`)' },
    mediaTypes: [],
    extensions: [],
    recognisedBy: 'no other format matches',
    note: 'unknown binaries, with --strings',
    load: async () => (await import('./strings.js')).strings,
  },
];
