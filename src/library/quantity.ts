/** Parses the sizes (`10MiB`, `500k`, `1.5GB`) and durations (`90s`, `10m`, `2h`) of options. */
import { LeaksiftError } from '../core/errors.js';

const SIZE = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(i?b)?$/i;
const POWERS = ['', 'k', 'm', 'g', 't'];
const DURATION = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)?$/i;
const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Bytes. `k`, `kb` and `kib` all mean 1,024, as in most tools; `0` or `none` means no limit. */
export function parseSize(text: string): number {
  if (/^(0|none|unlimited)$/i.test(text)) return Number.POSITIVE_INFINITY;
  const match = SIZE.exec(text.trim());
  if (!match) throw new LeaksiftError('usage', `"${text}" is not a size: write 500k, 10MiB or 2G`);
  return Math.floor(Number(match[1]) * 1024 ** POWERS.indexOf((match[2] ?? '').toLowerCase()));
}

/** Milliseconds; a bare number is seconds. */
export function parseDuration(text: string): number {
  const match = DURATION.exec(text.trim());
  if (!match || Number(match[1]) === 0) {
    throw new LeaksiftError('usage', `"${text}" is not a duration: write 90s, 10m or 2h`);
  }
  return Math.ceil(Number(match[1]) * (UNITS[(match[2] ?? 's').toLowerCase()] as number));
}

/** A whole number of at least `min`. */
export function parseCount(min: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < min || text.trim() === '') {
      throw new LeaksiftError('usage', `"${text}" is not a whole number of at least ${min}`);
    }
    return value;
  };
}

export function printBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const power = Math.min(4, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(1)} ${['', 'k', 'M', 'G', 'T'][power]}B`;
}
