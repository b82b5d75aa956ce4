/**
 * Private folders below TMPDIR. Their names tell which process made them, so that what a killed process left can be
 * removed by the next one on the same machine: `leaksift-<place>-<pid>-<start>-...`, where the place is a boot of a
 * machine and a namespace of process ids, and the start the time that the process began (proc(5), field 22 of stat).
 */
import { createHash } from 'node:crypto';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { getuid, pid, platform } from 'node:process';
import { isRunning } from './running.js';

const PLACE_DIGITS = 8;
/** Index of `starttime` among the fields behind the name in brackets, which may hold blanks itself. */
const START_FIELD = 19;
const NAME = /^leaksift-([0-9a-f]{8})-(\d+)-(\d+)-/;

/** Containers with one host name have process ids of their own, and after a boot ids are given anew. */
const BOOT = read('/proc/sys/kernel/random/boot_id');
const PLACE = createHash('sha256')
  .update(`${BOOT} ${link('/proc/self/ns/pid')} ${hostname()}`)
  .digest('hex')
  .slice(0, PLACE_DIGITS);
// Read at once: a thread that parses hostile bytes may not read it later.
const OWNER = `leaksift-${PLACE}-${pid}-${startOf(pid) ?? 0}-`;

/** Makes one below `root`, which only its user can enter. */
export function makePrivateFolder(root: string = tmpdir()): Promise<string> {
  return mkdtemp(join(root, OWNER));
}

export function makePrivateFolderSync(root: string = tmpdir()): string {
  return mkdtempSync(join(root, OWNER));
}

/** Removes folders of this user whose process is gone. Returns how many. Leaves what it cannot judge or remove. */
export function sweepPrivateFolders(root: string = tmpdir()): number {
  // Linux without /proc: containers with one host name cannot be told apart.
  if (platform === 'linux' && BOOT === '') return 0;
  let swept = 0;
  for (const name of namesIn(root)) {
    const [, place, owner, start] = NAME.exec(name) ?? [];
    if (place !== PLACE || isAlive(Number(owner), start as string)) continue;
    try {
      const stats = lstatSync(join(root, name));
      if (!stats.isDirectory() || stats.uid !== (getuid?.() ?? stats.uid)) continue;
      rmSync(join(root, name), { recursive: true, force: true });
      swept += 1;
    } catch {
      // Another process removes it too, or it may not be removed.
    }
  }
  return swept;
}

function namesIn(root: string): string[] {
  try {
    return readdirSync(root);
  } catch {
    return [];
  }
}

function isAlive(owner: number, start: string): boolean {
  const now = startOf(owner);
  // Where there is no /proc, all starts are 0.
  if (now !== undefined) return now === start;
  return isRunning(owner);
}

function startOf(owner: number): string | undefined {
  const stat = read(`/proc/${owner}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[START_FIELD];
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
