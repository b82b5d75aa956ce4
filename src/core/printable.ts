/**
 * Makes text of the input safe for a terminal: control characters (ESC, C1), line and paragraph separators and
 * bidirectional controls could redraw the screen or reorder text, so they are always escaped.
 */

/** Control characters, U+2028, U+2029, and the characters of Unicode's Bidi_Control property. */
const UNSAFE = '\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069';
const HAS_UNSAFE = new RegExp(`[${UNSAFE}]`);
/** A `%` that looks like an escape is escaped too, so that the escaping is reversible. */
const TO_ESCAPE = new RegExp(`[${UNSAFE}]|\\p{Surrogate}|%(?=[0-9A-Fa-f]{2})`, 'gu');
const NEEDS_ESCAPE = new RegExp(`[${UNSAFE}\\ud800-\\udfff%]`);
/** The unsafe characters that JSON.stringify leaves raw. */
const RAW_IN_JSON = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** True for code points that must not be shown raw. */
export function isUnsafe(character: string): boolean {
  return HAS_UNSAFE.test(character);
}

/** A sheet, part or column name for output: unsafe characters are percent-encoded, the rest is unchanged. */
export function escapeLabel(text: string): string {
  if (!NEEDS_ESCAPE.test(text)) return text;
  return text.replace(TO_ESCAPE, percentEncoded);
}

/** UTF-8 cannot encode lone surrogates. */
function percentEncoded(character: string): string {
  return encodeURIComponent(/\p{Surrogate}/u.test(character) ? '\ufffd' : character);
}

/** Any text for a terminal: as escapeLabel, but `%` stays, since the text may be escaped already. */
export function escapeUnsafe(text: string): string {
  if (!HAS_UNSAFE.test(text)) return text;
  return text.replace(TO_ESCAPE, (ch) => (ch === '%' ? ch : percentEncoded(ch)));
}

/** JSON that is safe to print as is; it parses to the same value as JSON.stringify's output. */
export function safeJson(value: unknown): string {
  const json = JSON.stringify(value);
  return json.replace(RAW_IN_JSON, (ch) => `\\u${ch.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
