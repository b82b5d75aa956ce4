import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';
import { svg } from '../../../src/extractors/markup/svg.js';
import { image } from '../../../src/extractors/media/image.js';
import { media } from '../../../src/extractors/media/media.js';
import { ocrImage } from '../../../src/extractors/media/ocr.js';
import { closeOcr } from '../../../src/extractors/media/ocr-wasm.js';
import { TESSERACT } from '../../../src/extractors/media/tesseract.js';
import { probeTool } from '../../../src/extractors/media/tools.js';
import { allText, collect } from '../collect.js';

afterAll(() => closeOcr());

const XMP = `<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="r"><rdf:Description
  xmlns:photoshop="p" photoshop:CaptionWriter="Ann Writer" exif:GPSLatitude="48,51.3966N" exif:GPSLongitude="2,21.1332W"
  xmpMM:DocumentID="xmp.did:123"><dc:creator><rdf:Seq><rdf:li>Jean &amp; Dupont</rdf:li></rdf:Seq></dc:creator>
  </rdf:Description></rdf:RDF></x:xmpmeta>`;

const blank = (width = 8, height = 8) =>
  sharp({ create: { width, height, channels: 3, background: '#fff' } });

const EXIF = {
  IFD0: { Artist: 'Ann Martin', ImageDescription: 'call 01632 960123', Copyright: 'c' },
  IFD3: {
    GPSLatitudeRef: 'N',
    GPSLatitude: '48/1 51/1 2398/100',
    GPSLongitudeRef: 'E',
    GPSLongitude: '2/1 21/1 799/100',
  },
};

test('JPEG: EXIF with its place as decimal degrees, comments, and the picture is not read', async () => {
  const plain = await blank().withExif(EXIF).jpeg().toBuffer();
  const comment = Buffer.from('photo of matricule 7368886');
  const segment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, comment.length + 2]), comment]);
  const out = await collect(image, Buffer.concat([plain.subarray(0, 2), segment, plain.subarray(2)]));
  const text = allText(out);
  expect(text).toContain('GPS 48.85666, 2.35222');
  expect(text).toContain('Artist: Ann Martin');
  expect(text).toContain('ImageDescription: call 01632 960123');
  expect(text).toContain('Comment: photo of matricule 7368886');
  expect(out.texts.every((t) => t.place.hidden === 'metadata' && t.place.part === 'metadata')).toBe(true);
  expect(out.partial).toEqual(['image-not-read']);
});

test('XMP packets are found in any format', async () => {
  const out = await collect(
    image,
    Buffer.concat([Buffer.from('\0\0\0\x0cJXL '), Buffer.from(XMP), Buffer.alloc(9)]),
  );
  const text = allText(out);
  expect(text).toContain('creator: Jean & Dupont');
  expect(text).toContain('captionwriter: Ann Writer');
  expect(text).toContain('GPS 48.85661, -2.35222');
  expect(text).not.toContain('xmp.did');
});

function pngChunk(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(data.length + 12);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  data.copy(chunk, 8);
  return chunk;
}

test('PNG text chunks, also compressed ones, but not bombs', async () => {
  const png = await blank().png().toBuffer();
  const bomb = deflateSync(Buffer.alloc(50_000_000, 0x41));
  const out = await collect(
    image,
    Buffer.concat([
      png.subarray(0, 33),
      pngChunk('tEXt', Buffer.from('Author\0Ann')),
      pngChunk('zTXt', Buffer.concat([Buffer.from('Comment\0\0'), deflateSync('packed text')])),
      pngChunk('iTXt', Buffer.from('Title\0\0\0en\0\0Zoë')),
      pngChunk('zTXt', Buffer.concat([Buffer.from('Bomb\0\0'), bomb])),
      png.subarray(33),
    ]),
  );
  expect(allText(out)).toBe('Author: Ann\nComment: packed text\nTitle: Zoë\n');
});

test('broken pictures are never an error', async () => {
  const jpeg = await blank().withExif(EXIF).jpeg().toBuffer();
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.from('GIF89a'),
    jpeg.subarray(0, 100),
    Buffer.from('\x89PNG\r\n\x1a\n\xff\xff\xff\xff', 'latin1'),
  ]) {
    const out = await collect(image, bytes);
    expect(out.error).toBeUndefined();
    expect(out.partial).toEqual(['image-not-read']);
  }
});

test('SVG is text', async () => {
  const out = await collect(
    svg,
    Buffer.from(
      `<svg xmlns="x"><metadata>meta</metadata><text>01632</text><text>960 <tspan>124</tspan></text><!-- c --></svg>`,
    ),
  );
  expect(out.texts.find((t) => !t.place.hidden)?.text.trim()).toBe('01632\n960 124');
  expect(out.texts.find((t) => t.place.hidden === 'hidden-text')?.text).toContain('meta');
  expect(out.partial).toEqual([]);
});

/** An ID3v2.3 tag in front of nothing. */
function mp3(frames: Record<string, string>): Buffer {
  const body = Object.entries(frames).map(([id, text]) => {
    const data = Buffer.concat([Buffer.from([3]), Buffer.from(text)]);
    const head = Buffer.alloc(10);
    head.write(id, 'latin1');
    head.writeUInt32BE(data.length, 4);
    return Buffer.concat([head, data]);
  });
  const size = body.reduce((sum, frame) => sum + frame.length, 0);
  return Buffer.concat([
    Buffer.from([0x49, 0x44, 0x33, 3, 0, 0, 0, 0, size >> 7, size & 0x7f]),
    ...body,
    Buffer.alloc(500),
  ]);
}

test('tags of sound and places of film are read, and that no more is', async () => {
  const sound = await collect(media, mp3({ TIT2: 'the title', TPE1: 'Ann Artist' }), {
    mediaType: 'audio/mpeg',
  });
  expect(allText(sound)).toMatch(/the title[\s\S]*Ann Artist/);
  expect(sound.partial).toEqual(['audio-not-read']);
  const film = await collect(
    media,
    Buffer.from('\0\0\0\x18ftypqt  ....\xa9xyz\0\x12\x15\xc7+48.8566+002.3522/', 'latin1'),
    { mediaType: 'video/quicktime' },
  );
  expect(allText(film)).toContain('GPS 48.85660, 2.35220');
  expect(film.partial).toEqual(['video-not-read']);
});

const SENTENCE = 'The quick brown fox 7368886';

async function drawn(): Promise<Buffer> {
  const svgText = `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="120"><rect width="900" height="120" fill="#fff"/><text x="20" y="75" font-family="DejaVu Sans, Liberation Sans, sans-serif" font-size="44">${SENTENCE}</text></svg>`;
  return sharp(Buffer.from(svgText)).png().toBuffer();
}

/** Without any font the drawing is blank or full of boxes. */
async function hasFonts(): Promise<boolean> {
  const { channels } = await sharp(await drawn()).stats();
  return (channels[0]?.stdev ?? 0) > 5;
}

const fonts = await hasFonts();
const skipped = fonts ? '' : ' (skipped: no font; install the Debian package fonts-dejavu-core)';

test.skipIf(!fonts)(
  `OCR reads a drawn sentence, offline${skipped}`,
  async () => {
    const png = await drawn();
    const text = await ocrImage(png, { languages: ['eng'] });
    expect(text).toContain('7368886');
    expect(text).toContain('quick brown fox');
    const out = await collect(image, png, { options: { ocr: true, ocrLanguages: ['eng'] } });
    expect(out.texts.find((t) => t.place.part === 'ocr')?.text).toContain('7368886');
    expect(out.partial).toEqual([]);
  },
  60_000,
);

test('OCR: what cannot be decoded, too many pixels, a page that takes too long', async () => {
  await expect(ocrImage(Buffer.from('no picture'), { languages: ['eng'] })).rejects.toMatchObject({
    code: 'decode-error',
  });
  const huge = await collect(image, await blank(12_000, 12_000).png().toBuffer(), { options: { ocr: true } });
  expect(huge.partial).toEqual(['image-not-read']);
  await expect(ocrImage(await drawn(), { languages: ['eng'], timeoutMs: 1 })).rejects.toMatchObject({
    code: 'timeout',
  });
}, 60_000);

test('a program is asked for its version', async () => {
  const { name, found, version } = await probeTool(TESSERACT);
  expect(name).toBe('tesseract');
  if (found) expect(version).toMatch(/^\d/);
  const missing = { name: 'leaksift-no-such-program', versionArgs: [], usedFor: 'nothing' };
  expect(await probeTool(missing)).toEqual({ name: missing.name, found: false, usedFor: 'nothing' });
});
