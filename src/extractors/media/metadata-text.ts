/**
 * Metadata of pictures, audio and video as lines of text, `name: value`. Input: the objects that parsers return,
 * hostile like their source; output: text of bounded size, without numbers that identify nobody.
 */

const MAX_CHARS = 4 * 1024 * 1024;
const MAX_DEPTH = 8;
/** Shorter texts carry no information. */
const MIN_BYTES_TEXT = 4;

export class MetadataText {
  #lines = new Set<string>();
  #chars = 0;

  add(name: string, value: string): void {
    const text = value.replace(/\0+/g, ' ').trim();
    if (text === '' || this.#chars > MAX_CHARS) return;
    const line = name === '' ? text : `${name}: ${text}`;
    if (this.#lines.has(line)) return;
    this.#lines.add(line);
    this.#chars += line.length;
  }

  /** A location in decimal degrees. */
  gps(latitude: number, longitude: number): void {
    if (!Number.isFinite(latitude) || !Number.isFinite(longitude)) return;
    if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return;
    // A receiver without a fix writes zeros.
    if (latitude === 0 && longitude === 0) return;
    this.add('', `GPS ${latitude.toFixed(5)}, ${longitude.toFixed(5)}`);
  }

  /** Every text in an object; numbers only if their name marks them as identifiers. */
  object(value: unknown, name = '', depth = 0): void {
    if (depth > MAX_DEPTH || value === null || value === undefined) return;
    if (typeof value === 'string') this.add(name, value);
    else if (typeof value === 'number') {
      if (/serial|number$|id$/i.test(name)) this.add(name, String(value));
    } else if (value instanceof Date) {
      if (!Number.isNaN(value.getTime())) this.add(name, value.toISOString());
    } else if (ArrayBuffer.isView(value)) this.add(name, bytesText(value));
    else if (Array.isArray(value)) for (const one of value.slice(0, 1000)) this.object(one, name, depth + 1);
    else if (typeof value === 'object') {
      for (const [key, inner] of Object.entries(value))
        this.object(inner, /^\d+$/.test(key) ? name : key, depth + 1);
    }
  }

  toString(): string {
    return this.#lines.size === 0 ? '' : `${[...this.#lines].join('\n')}\n`;
  }
}

/** Bytes that are text in UTF-16 (Windows' own fields) or ASCII; otherwise ''. */
function bytesText(view: ArrayBufferView): string {
  const bytes = Buffer.from(view.buffer, view.byteOffset, Math.min(view.byteLength, 64 * 1024));
  if (bytes.length < MIN_BYTES_TEXT) return '';
  if (bytes[1] === 0 && bytes[3] === 0) return bytes.toString('utf16le');
  const marker = /^(?:ASCII\0\0\0|UNICODE\0|\0{8})/.exec(bytes.toString('latin1', 0, 8));
  const body = marker ? bytes.subarray(8) : bytes;
  if (marker?.[0].startsWith('UNICODE')) return utf16Either(body);
  const text = body.toString('utf8').replace(/\0+$/, '');
  return /[\p{Cc}\ufffd]/u.test(text.replace(/[\t\r\n]/g, '')) ? '' : text;
}

function utf16Either(bytes: Buffer): string {
  const even = bytes.subarray(0, bytes.length & ~1);
  return bytes[0] === 0 ? Buffer.from(even).swap16().toString('utf16le') : even.toString('utf16le');
}
