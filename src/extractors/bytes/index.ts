/** The last resort: printable runs of binaries that no other format reads. */
import type { Format } from '../../core/format.js';

export const formats: readonly Format[] = [
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
