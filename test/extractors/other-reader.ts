import { spawnSync } from 'node:child_process';

/** True where another reader of a format is not here: its tests are skipped with a line. Throws in CI. */
export function isMissing(program: string, debianPackage: string): boolean {
  if (spawnSync('which', [program]).status === 0) return false;
  const line = `tests against ${program} skipped: apt-get install ${debianPackage}`;
  if (process.env.CI) throw new Error(line);
  console.warn(line);
  return true;
}
