/**
 * Machine-readable zones of passports and identity cards (ICAO 9303: TD1, TD2, TD3) and of the French card issued
 * before 2021. Rejects zones with wrong check digits (weights 7, 3, 1).
 */
import type { Validator } from '../../core/rule.js';

const WEIGHTS = [7, 3, 1];

/** Each field and its check digit: [start, end, check], by number of lines and their length. */
const LAYOUTS: Readonly<
  Record<string, { line: number; fields: readonly (readonly [number, number, number])[] }>
> = {
  '2x44': {
    line: 1,
    fields: [
      [0, 9, 9],
      [13, 19, 19],
      [21, 27, 27],
    ],
  },
  '2x36': {
    line: 1,
    fields: [
      [0, 9, 9],
      [13, 19, 19],
      [21, 27, 27],
    ],
  },
  '3x30': {
    line: 1,
    fields: [
      [0, 6, 6],
      [8, 14, 14],
    ],
  },
};

export const mrz: Validator = (value) => {
  const lines = value.split(/\s+/).filter(Boolean);
  if (new Set(lines.map((line) => line.length)).size !== 1) return false;
  const normal = lines.join('');
  const key = `${lines.length}x${lines[0]?.length ?? 0}`;
  if (key === '2x36' && normal.startsWith('IDFRA')) {
    return isFrenchCard(lines) ? { normal, checked: true } : false;
  }
  const layout = Object.hasOwn(LAYOUTS, key) ? LAYOUTS[key] : undefined;
  const line = layout && lines[layout.line];
  if (!layout || line === undefined) return false;
  if (key === '3x30' && !isChecked(lines[0] as string, 5, 14)) return false;
  const holds = layout.fields.every(
    ([start, end, check]) => checkDigit(line.slice(start, end)) === line[check],
  );
  return holds ? { normal, checked: true } : false;
};

/** Number, birth date, and the whole of both lines. */
function isFrenchCard(lines: readonly string[]): boolean {
  const [first, second] = lines as [string, string];
  const holds = isChecked(second, 0, 12) && isChecked(second, 27, 33);
  return holds && checkDigit(first + second.slice(0, 35)) === second[35];
}

function isChecked(line: string, start: number, end: number): boolean {
  return checkDigit(line.slice(start, end)) === line[end];
}

export function checkDigit(field: string): string {
  let sum = 0;
  for (let i = 0; i < field.length; i++) {
    const char = field[i] as string;
    const n = char === '<' ? 0 : Number.parseInt(char, 36);
    sum += n * (WEIGHTS[i % 3] as number);
  }
  return String(sum % 10);
}
