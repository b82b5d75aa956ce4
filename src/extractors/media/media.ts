/**
 * Audio and video: tags, comments, locations, cover pictures as members. Speech and frames are not read, and every
 * file is reported so. Reads through random access, mostly the ends of the file.
 */
import { type IAudioMetadata, parseBuffer, parseFile } from 'music-metadata';
import type { Content, ExtractContext, Extractor, PartWriter, RandomAccess } from '../../core/content.js';
import { withMutedConsole } from '../bytes/mute-console.js';
import { MetadataText } from './metadata-text.js';
import { addXmp } from './xmp.js';

export const media: Extractor = {
  async extract(_content: Content, out: PartWriter, context: ExtractContext): Promise<void> {
    const access = await context.randomAccess();
    const text = new MetadataText();
    const pictures = await addTags(access, text, context);
    await addEnds(access, text);
    const lines = text.toString();
    if (lines !== '') {
      const flow = out.text({ part: 'metadata', hidden: 'metadata' });
      flow.write(lines);
      flow.end();
    }
    for (const [index, bytes] of pictures.entries()) await pushPicture(bytes, index + 1, { out, context });
    out.partial(context.mediaType.startsWith('video/') ? 'video-not-read' : 'audio-not-read');
  },
};

const WHOLE_BYTES = 32 * 1024 * 1024;
const END_BYTES = 4 * 1024 * 1024;
const MAX_PICTURES = 100;

/** Adds all tags and returns the pictures among them. */
async function addTags(
  access: RandomAccess,
  text: MetadataText,
  context: ExtractContext,
): Promise<Uint8Array[]> {
  try {
    const found = await withMutedConsole(() => parsed(access, context.mediaType));
    for (const tags of Object.values(found.native)) {
      for (const { id, value } of tags)
        if (!/^(?:APIC|PIC|METADATA_BLOCK_PICTURE|covr)$/i.test(id)) text.object(value, id);
    }
    const { picture, ...common } = found.common;
    text.object(common);
    return (picture ?? []).slice(0, MAX_PICTURES).map((one) => one.data);
  } catch {
    // Broken or unknown: the ends are still searched.
    return [];
  }
}

async function parsed(access: RandomAccess, mimeType: string): Promise<IAudioMetadata> {
  const options = { duration: false, skipPostHeaders: false };
  if (typeof access.path === 'string') return parseFile(access.path, options);
  const bytes = await access.read(0, Math.min(access.size, WHOLE_BYTES));
  return parseBuffer(bytes, { mimeType, size: bytes.length }, options);
}

/** Bounds the text of one end of a file. */
const MAX_PLACES = 1000;
/** ISO 6709, as written by cameras: `+48.8566+002.3522+035/`. */
const ISO_6709 = /([+-]\d{1,2}\.\d{3,8})([+-]\d{1,3}\.\d{3,8})(?:[+-]\d[\d.]*)?\//g;

/** The boxes with locations and packets are at either end of a video. */
async function addEnds(access: RandomAccess, text: MetadataText): Promise<void> {
  const starts = access.size > END_BYTES ? [0, Math.max(END_BYTES, access.size - END_BYTES)] : [0];
  for (const start of starts) {
    const bytes = await access.read(start, END_BYTES);
    addXmp(bytes, text);
    let places = 0;
    for (const [, latitude, longitude] of bytes.toString('latin1').matchAll(ISO_6709)) {
      text.gps(Number(latitude), Number(longitude));
      places += 1;
      if (places >= MAX_PLACES) break;
    }
  }
}

type Scope = { readonly out: PartWriter; readonly context: ExtractContext };

async function pushPicture(bytes: Uint8Array, number: number, { out, context }: Scope): Promise<void> {
  const open = async function* () {
    yield bytes;
  };
  const extra = { size: bytes.length, hidden: 'embedded', reopenable: true };
  await out.member(context.child(`picture-${number}`, open, extra));
}
