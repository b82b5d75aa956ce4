/** Percent-encoding, as in URLs, data URIs and the parameters of MIME (RFC 3986, RFC 2231). */

/** Percent escapes as bytes; invalid ones stay as written. */
export function percentBytes(text: string): Buffer {
  const source = Buffer.from(text, 'utf8');
  if (!text.includes('%')) return source;
  let to = 0;
  for (let from = 0; from < source.length; from++, to++) {
    const digits = source[from] === 0x25 ? source.toString('latin1', from + 1, from + 3) : '';
    const isEscape = /^[\da-f]{2}$/i.test(digits);
    source[to] = isEscape ? Number.parseInt(digits, 16) : (source[from] as number);
    if (isEscape) from += 2;
  }
  return source.subarray(0, to);
}
