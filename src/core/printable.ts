/**
 * Text from the input that a terminal may show: control characters (ESC, C1), line and paragraph separators and
 * bidirectional controls could redraw the screen or reorder what is read, so they never leave raw.
 */

/** Control characters, U+2028, U+2029, and the characters of Unicode's Bidi_Control property. */
const UNSAFE = '\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069';
const HAS_UNSAFE = new RegExp(`[${UNSAFE}]`);
/** A `%` that would read as an escape is one too, so that the escaping is reversible. */
const TO_ESCAPE = new RegExp(`[${UNSAFE}]|\\p{Surrogate}|%(?=[0-9A-Fa-f]{2})`, 'gu');
const NEEDS_ESCAPE = new RegExp(`[${UNSAFE}\\ud800-\\udfff%]`);
/** What JSON.stringify leaves raw of them. */
const RAW_IN_JSON = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** True for code points that must not be shown raw. */
export function isUnsafe(character: string): boolean {
  return HAS_UNSAFE.test(character);
}

/** A sheet, part or column name as output shows it: what is unsafe percent-encoded, everything else as it is. */
export function escapeLabel(text: string): string {
  if (!NEEDS_ESCAPE.test(text)) return text;
  return text.replace(TO_ESCAPE, percentEncoded);
}

/** Lone surrogates stand for nothing that UTF-8 has. */
function percentEncoded(character: string): string {
  return encodeURIComponent(/\p{Surrogate}/u.test(character) ? '\ufffd' : character);
}

/** Any text on its way to a terminal: as escapeLabel, but a `%` stays, since what comes in may be escaped. */
export function escapeUnsafe(text: string): string {
  if (!HAS_UNSAFE.test(text)) return text;
  return text.replace(TO_ESCAPE, (ch) => (ch === '%' ? ch : percentEncoded(ch)));
}

/** JSON that is safe to show as it stands: parsed it gives the same value as JSON.stringify's. */
export function safeJson(value: unknown): string {
  const json = JSON.stringify(value);
  return json.replace(RAW_IN_JSON, (ch) => `\\u${ch.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
