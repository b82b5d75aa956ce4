/**
 * The formats of pictures, metafiles, audio and video: their metadata, the text that metafiles draw, pixels with
 * --ocr.
 */
import type { Format } from '../../core/format.js';
import { MEDIA } from '../bytes/media-types.js';
import { TESSERACT } from './tesseract.js';

export const formats: readonly Format[] = [
  {
    id: 'image',
    names: { media: 'images' },
    mediaTypes: ['image/*'],
    extensions: [],
    recognisedBy: 'signature',
    readBy: 'built in, exifr',
    note: 'metadata of any image/*; the picture itself with --ocr',
    tools: [TESSERACT],
    unread: (_, { ocr }) => (ocr ? undefined : 'image-not-read'),
    load: async () => (await import('./image.js')).image,
  },
  {
    id: 'metafile',
    names: { media: 'EMF, WMF' },
    mediaTypes: [MEDIA.emf, MEDIA.wmf, 'image/x-emf', 'image/x-wmf', 'application/x-msmetafile'],
    extensions: [],
    recognisedBy: 'signature',
    load: async () => (await import('./metafile.js')).metafile,
  },
  {
    id: 'media',
    names: { media: 'audio, video' },
    mediaTypes: ['audio/*', 'video/*', 'application/ogg'],
    extensions: [],
    recognisedBy: 'signature',
    readBy: 'music-metadata',
    note: 'metadata of any audio/* and video/*; sound and picture are not read',
    unread: (mediaType) => (mediaType.startsWith('video/') ? 'video-not-read' : 'audio-not-read'),
    load: async () => (await import('./media.js')).media,
  },
];
