/** Finds optional programs of the system and their versions. */
import type { Tool } from '../../core/format.js';
import { runProgram } from './ocr-program.js';

export type FoundTool = {
  readonly name: string;
  readonly found: boolean;
  readonly version?: string;
  readonly usedFor: string;
};

const TIMEOUT_MS = 10_000;

/** Never rejects: a program that does not answer counts as not found. */
export async function probeTool({ name, versionArgs, usedFor }: Tool): Promise<FoundTool> {
  try {
    const { out } = await runProgram(name, versionArgs, { timeoutMs: TIMEOUT_MS, withErrors: true });
    return { name, found: true, version: /\d+(?:\.\d+)+/.exec(out)?.[0], usedFor };
  } catch {
    return { name, found: false, usedFor };
  }
}
