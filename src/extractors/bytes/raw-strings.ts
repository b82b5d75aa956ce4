/**
 * The last resort for bytes that no reader understands: runs of printable characters, as Windows-1252 and as
 * UTF-16LE, one per line. Input: bytes; output: text chunks. Linear time, and runs are never cut.
 */
import iconv from 'iconv-lite';

const MIN_RUN = 5;
const MAX_UPPER = 2;
const STEP = 1024 * 1024;

export function* rawStrings(bytes: Buffer): Generator<string> {
  yield* narrowRuns(bytes);
  yield* wideRuns(bytes);
}

/** A run is ASCII, with one or two letters of the upper half, as in French or German words. */
function* narrowRuns(bytes: Buffer): Generator<string> {
  let lines: string[] = [];
  let held = 0;
  let start = 0;
  let upper = 0;
  for (let i = 0; i <= bytes.length; i++) {
    const byte = i < bytes.length ? (bytes[i] as number) : 0;
    if ((byte >= 0x20 && byte < 0x7f) || byte === 9) {
      upper = 0;
      continue;
    }
    upper += 1;
    if (byte >= 0x80 && upper <= MAX_UPPER) continue;
    const end = i - upper + 1;
    if (end - start >= MIN_RUN) {
      lines.push(iconv.decode(bytes.subarray(start, end), 'win1252'), '\n');
      held += end - start;
    }
    start = i + 1;
    upper = 0;
    if (held < STEP) continue;
    yield lines.join('');
    lines = [];
    held = 0;
  }
  yield lines.join('');
}

function* wideRuns(bytes: Buffer): Generator<string> {
  let lines: string[] = [];
  let held = 0;
  for (let i = 0; i + 1 < bytes.length; ) {
    let end = i;
    while (end + 1 < bytes.length && isWide(bytes[end] as number, bytes[end + 1] as number)) end += 2;
    if (end - i >= 2 * MIN_RUN) {
      lines.push(bytes.toString('utf16le', i, end), '\n');
      held += end - i;
    }
    i = end > i ? end : i + 1;
    if (held < STEP) continue;
    yield lines.join('');
    lines = [];
    held = 0;
  }
  yield lines.join('');
}

/** Latin, and the dashes and quotes of U+20xx. */
function isWide(low: number, high: number): boolean {
  if (high === 0) return (low >= 0x20 && low < 0x7f) || low === 9 || low >= 0xa0;
  return high === 1 || (high === 0x20 && low >= 0x10 && low <= 0xac);
}
