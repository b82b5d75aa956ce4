/**
 * Finds XMP packets anywhere in a file: they are plain XML, so that they are found even in formats without a parser
 * (JPEG 2000, JPEG XL, PSD, HEIC). Input: a buffer; output: `name: value` pairs.
 */
import { forEachAttribute, HtmlTokenizer } from '../markup/html-tokens.js';
import type { MetadataText } from './metadata-text.js';

const STARTS = ['<x:xmpmeta', '<rdf:RDF'] as const;
const ENDS = { '<x:xmpmeta': '</x:xmpmeta>', '<rdf:RDF': '</rdf:RDF>' } as const;
const MAX_PACKETS = 50;
const MAX_PACKET_BYTES = 8 * 1024 * 1024;
/** Ids of documents and tools, not of people. */
const IDS = /^(?:xmlns|rdf:(?!resource)|x:xmptk|xml:|xmpMM:|stEvt:|stRef:|photoshop:LegacyIPTCDigest)/i;

/** Adds the values of every packet in `bytes`. */
export function addXmp(bytes: Buffer, to: MetadataText): void {
  let at = 0;
  for (let packets = 0; packets < MAX_PACKETS; packets++) {
    const found = STARTS.map((start) => ({ start, at: bytes.indexOf(start, at, 'latin1') }))
      .filter((one) => one.at >= 0)
      .sort((a, b) => a.at - b.at)[0];
    if (!found) return;
    const end = bytes.indexOf(ENDS[found.start], found.at, 'latin1');
    const limit = Math.min(end < 0 ? bytes.length : end, found.at + MAX_PACKET_BYTES);
    addPacket(bytes.toString('utf8', found.at, limit), to);
    at = limit + 1;
  }
}

/** Adds what one packet says. Reads cut and damaged packets as far as they go. */
export function addPacket(xml: string, to: MetadataText): void {
  let name = '';
  const place: { latitude?: string; longitude?: string } = {};
  const add = (key: string, value: string) => {
    if (/:GPSLatitude$/i.test(key)) place.latitude = value;
    else if (/:GPSLongitude$/i.test(key)) place.longitude = value;
    if (!IDS.test(key) && !/^(?:adobe|uuid|xmp\.[di]id):/i.test(value))
      to.add(key.replace(/^\w+:/, ''), value);
  };
  const tokenizer = new HtmlTokenizer({
    text: (text) => {
      if (text.trim() !== '' && name !== '') add(name, text.trim());
    },
    open: (tag, source) => {
      if (!tag.startsWith('rdf:')) name = tag;
      forEachAttribute(source, (key, value) => add(key, value));
    },
    close: () => {},
    comment: () => {},
    raw: () => {},
  });
  tokenizer.write(xml);
  tokenizer.end();
  const latitude = degrees(place.latitude);
  const longitude = degrees(place.longitude);
  if (latitude !== undefined && longitude !== undefined) to.gps(latitude, longitude);
}

/** `48,51.3966N` or `48,51,23N` or plain degrees. */
function degrees(text: string | undefined): number | undefined {
  const match = /^(-?\d+(?:\.\d+)?)(?:,(\d+(?:\.\d+)?))?(?:,(\d+(?:\.\d+)?))?\s*([NSEW])?$/i.exec(
    text?.trim() ?? '',
  );
  if (!match) return undefined;
  const value = Number(match[1]) + Number(match[2] ?? 0) / 60 + Number(match[3] ?? 0) / 3600;
  return /[SW]/i.test(match[4] ?? '') ? -value : value;
}
