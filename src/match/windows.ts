/** The windows of a page in which a pattern is searched, and the rows that bound them. Offsets ascend. */

/** Index of the row at `offset`; the first row for offsets before it. */
export function rowAt(rows: Uint32Array | readonly number[], offset: number): number {
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const mid = (low + high + 1) >> 1;
    if ((rows[mid] as number) <= offset) low = mid;
    else high = mid - 1;
  }
  return low;
}

/** Windows are sorted except those of several words and literals; both arrays are small. */
export function sortWindows(starts: number[], ends: number[]): void {
  for (let i = 1; i < starts.length; i++) {
    if ((starts[i] as number) >= (starts[i - 1] as number)) continue;
    const order = starts.map((_, k) => k).sort((a, b) => (starts[a] as number) - (starts[b] as number));
    const s = order.map((k) => starts[k] as number);
    const e = order.map((k) => ends[k] as number);
    for (let k = 0; k < s.length; k++) {
      starts[k] = s[k] as number;
      ends[k] = e[k] as number;
    }
    return;
  }
}
