/** The Debian programs that are used where they are installed, and what each is for. None is needed. */
import { runProgram } from './ocr-program.js';

export type Tool = {
  readonly name: string;
  readonly found: boolean;
  readonly version?: string;
  readonly usedFor: string;
};

/** How to ask each for its version. */
const TOOLS = [
  { name: 'tesseract', args: ['--version'], usedFor: 'OCR (twice as fast as the built-in one)' },
] as const;

const TIMEOUT_MS = 10_000;

export function probeTools(): Promise<readonly Tool[]> {
  return Promise.all(
    TOOLS.map(async ({ name, args, usedFor }) => {
      try {
        const { out } = await runProgram(name, args, { timeoutMs: TIMEOUT_MS, withErrors: true });
        return { name, found: true, version: /\d+(?:\.\d+)+/.exec(out)?.[0], usedFor };
      } catch {
        return { name, found: false, usedFor };
      }
    }),
  );
}
