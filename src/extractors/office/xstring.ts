/** Decodes the `_xHHHH_` escapes that Office writes for characters that XML cannot represent (ECMA-376, ST_Xstring). */
export function decodeXstring(text: string): string {
  if (text.indexOf('_x') < 0) return text;
  return text.replace(/_x([\da-fA-F]{4})_/g, (_, hex: string) => {
    const code = Number.parseInt(hex, 16);
    return code === 0 ? '' : String.fromCharCode(code);
  });
}
