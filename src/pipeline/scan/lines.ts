/**
 * Splits bytes into lines, for all of the pipeline. Input: a stream or a buffer; output: buffers of whole lines, the
 * ends of lines, or texts. In streams a last line without a line break is torn and dropped.
 */
const NEWLINE = 10;

/** Buffers that hold whole lines only, in order. */
export async function* wholeLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const whole = bytes.lastIndexOf(NEWLINE) + 1;
    if (whole > 0) yield bytes.subarray(0, whole);
    rest = Buffer.from(bytes.subarray(whole));
  }
}

/** The offset after each line. Bytes after the last line break count as a line. */
export function* lineEnds(bytes: Buffer): Generator<number> {
  for (let at = 0; at < bytes.length; ) {
    at = bytes.indexOf(NEWLINE, at) + 1 || bytes.length;
    yield at;
  }
}

/** Each line with its line break, as views of `bytes`. */
export function* linesIn(bytes: Buffer): Generator<Buffer> {
  let start = 0;
  for (const end of lineEnds(bytes)) {
    yield bytes.subarray(start, end);
    start = end;
  }
}

/** The texts of whole lines, without their line breaks. */
export function textLines(bytes: Buffer): string[] {
  const lines = bytes.toString('utf8').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
