/** What a killed process leaves below TMPDIR is removed by the next scan; nothing else is. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { makePrivateFolderSync, sweepPrivateFolders } from '../../src/core/private-folder.js';
import { leaksift } from '../e2e/cli.js';

const CLI = join(import.meta.dirname, '../../dist/cli.js');
const outer = mkdtempSync(join(tmpdir(), 'leaksift-test-'));
afterAll(() => rmSync(outer, { recursive: true, force: true }));

function newRoot(name: string): string {
  mkdirSync(join(outer, name));
  return join(outer, name);
}

test('only folders of a process that is gone, of this place', () => {
  const root = newRoot('names');
  const own = basename(makePrivateFolderSync(root));
  const [, place, pid, start] = own.split('-') as [string, string, string, string];
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  const gone = `leaksift-${place}-${dead}-${start}-gone`;
  const kept = [
    own,
    `leaksift-00000000-${dead}-${start}-elsewhere`,
    'leaksift-test-of-another-kind',
    `leaksift-${place}-${dead}-${start}-file`,
    `leaksift-${place}-${dead}-${start}-link`,
    'other',
  ];
  mkdirSync(join(root, gone, 'deep'), { recursive: true });
  writeFileSync(join(root, gone, 'deep/file'), 'x');
  mkdirSync(join(root, kept[1] as string));
  mkdirSync(join(root, kept[2] as string));
  writeFileSync(join(root, kept[3] as string), 'x');
  mkdirSync(join(root, 'other'));
  writeFileSync(join(root, 'other/file'), 'x');
  symlinkSync(join(root, 'other'), join(root, kept[4] as string));
  // A process id that was given anew: the process that has it now began at another time.
  const again = existsSync('/proc/self/stat') ? [`leaksift-${place}-${pid}-${Number(start) + 1}-again`] : [];
  for (const name of again) mkdirSync(join(root, name));
  expect(sweepPrivateFolders(root)).toBe(1 + again.length);
  expect(readdirSync(root).sort()).toEqual(kept.sort());
  expect(readdirSync(join(root, 'other'))).toEqual(['file']);
});

test('a scan that was killed -9', async () => {
  const root = newRoot('killed');
  const child = spawn(process.execPath, [CLI, 'scan', '-', '-q'], {
    env: { ...process.env, TMPDIR: root },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.stdin.on('error', () => {});
  child.stdin.write('nothing here\n');
  const ours = () => readdirSync(root).filter((name) => name.startsWith('leaksift-'));
  for (let waits = 0; ours().length === 0 && waits < 100; waits++) await sleep(100);
  expect(ours()).toHaveLength(1);
  // It is alive: another scan leaves its folder.
  writeFileSync(join(outer, 'in.txt'), 'nothing here\n');
  const scan = () => leaksift(['scan', join(outer, 'in.txt'), '-q'], { env: { TMPDIR: root } });
  expect((await scan()).status).toBe(0);
  expect(ours()).toHaveLength(1);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.on('close', resolve));
  expect(ours()).toHaveLength(1);
  expect((await scan()).status).toBe(0);
  expect(ours()).toEqual([]);
}, 60_000);
