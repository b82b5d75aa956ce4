/**
 * Faults of the machine during a run: a power loss that tears files, a full or read-only disk, a pause, a clock that
 * jumps, a signal. Each is reported in one line, nothing is corrupt, and a resumed run equals an uninterrupted one.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { leaksift, only, type RunOptions, workFolder } from '../../e2e/cli.js';

const work = workFolder();
const at = (...names: string[]) => join(work.path, ...names);
const ENV = { LEAKSIFT_FINGERPRINT_KEY: 'a key for tests only' };
const OUTPUTS = ['plan.jsonl', 'findings.jsonl', 'coverage.jsonl', 'summary.json', 'manifest.json'];
let whole: Record<string, string>;

const scan = (run: string, options: RunOptions = {}, ...more: string[]) => {
  const args = ['--range-size', '4KiB', '-j', '1', '--no-progress', ...more];
  return leaksift(['scan', at('tree'), '--run', at(run), ...args], {
    ...options,
    env: { ...ENV, ...options.env },
  });
};
const resume = (run: string) => leaksift(['resume', at(run), '-j', '1', '--no-progress'], { env: ENV });

function outputsOf(run: string): Record<string, string> {
  return Object.fromEntries(OUTPUTS.map((name) => [name, readFileSync(at(run, name), 'utf8')]));
}

function filesOf(run: string): string[] {
  return readdirSync(at(run), { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(at(run, name)).isFile())
    .sort();
}

beforeAll(async () => {
  for (let i = 0; i < 40; i++)
    work.put(`tree/${i}.txt`, `agent-${i}@police.uk and agent-${i + 1}@police.uk\n`);
  const rows = Array.from({ length: 900 }, (_, i) => `Anne,Tarn${i},anne.tarn${i}@interieur.gouv.fr`);
  work.put('tree/staff.csv', `prenom,nom,mail\n${rows.join('\n')}\n`);
  expect((await scan('whole')).status).toBe(1);
  whole = outputsOf('whole');
  expect(filesOf('whole').length).toBeGreaterThan(8);
}, 60_000);

describe('torn files', () => {
  test('of a finished run are made again', async () => {
    for (const name of OUTPUTS) {
      cpSync(at('whole'), at('torn'), { recursive: true });
      truncateSync(at('torn', name), Math.floor(statSync(at('torn', name)).size * 0.7));
      expect((await resume('torn')).status, name).toBe(1);
      expect(outputsOf('torn'), name).toEqual(whole);
      expect((await leaksift(['verify', at('torn')])).status, name).toBe(0);
      rmSync(at('torn'), { recursive: true });
    }
  }, 120_000);

  test('of an unfinished run are not taken for whole', async () => {
    const shards = filesOf('whole').filter((name) => name.startsWith('shards/'));
    // Each at another place: in the closing line, at its start, in the events, at nothing.
    for (const [i, share] of [0.999, 0.5, 0.01, 0].entries()) {
      cpSync(at('whole'), at('torn'), { recursive: true });
      for (const name of OUTPUTS.slice(1)) rmSync(at('torn', name));
      for (const [n, name] of [...shards, 'plan.jsonl'].entries()) {
        if (n % 2 === i % 2)
          truncateSync(at('torn', name), Math.floor(statSync(at('torn', name)).size * share));
      }
      // A plan without its header is none: then the whole command is needed.
      const again = share < 0.5 ? await scan('torn') : await resume('torn');
      expect(again.status, `${share} ${again.stderr}`).toBe(1);
      expect(outputsOf('torn'), `${share}`).toEqual(whole);
      rmSync(at('torn'), { recursive: true });
    }
  }, 120_000);

  test('that were changed and not cut are scanned again too', async () => {
    cpSync(at('whole'), at('torn'), { recursive: true });
    for (const name of OUTPUTS.slice(1)) rmSync(at('torn', name));
    const [shard = ''] = filesOf('torn').filter((name) => name.startsWith('shards/'));
    const text = readFileSync(at('torn', shard), 'utf8');
    work.put(`torn/${shard}`, text.replace('EMAIL_ADDRESS', 'PHONE_NUMBERS'));
    expect((await resume('torn')).status).toBe(1);
    expect(outputsOf('torn')).toEqual(whole);
    rmSync(at('torn'), { recursive: true });
  }, 60_000);
});

const mayMount = (() => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  mkdirSync(at('probe'));
  if (spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', at('probe')]).status !== 0) return false;
  return spawnSync('umount', [at('probe')]).status === 0;
})();

describe.skipIf(!mayMount)(`disks${mayMount ? '' : ' (skipped: needs root, to mount)'}`, () => {
  beforeAll(() => {
    mkdirSync(at('disk'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48k', 'tmpfs', at('disk')]);
  });
  afterAll(() => {
    execFileSync('umount', [at('disk')]);
  });

  test('a full one ends the run with a line; with more room it goes on', async () => {
    const full = await scan('disk/run');
    expect({ status: full.status, stderr: full.stderr }).toMatchObject({ status: 2 });
    expect(full.stderr).toMatch(/^leaksift: .*ENOSPC/m);
    expect(full.stderr).not.toContain('internal error');
    const out = await leaksift(['scan', at('tree'), '-o', at('disk/out.jsonl'), '-j', '1', '--no-progress']);
    expect(out.status).toBe(2);
    expect(out.stderr).toMatch(/^leaksift: .*out\.jsonl.*ENOSPC/m);
    execFileSync('mount', ['-o', 'remount,size=16m', at('disk')]);
    expect((await resume('disk/run')).status).toBe(1);
    expect(outputsOf('disk/run')).toEqual(whole);
  }, 60_000);

  test('a read-only one is told at once', async () => {
    execFileSync('mount', ['-o', 'remount,ro', at('disk')]);
    const run = await scan('disk/other');
    expect({ status: run.status, stdout: run.stdout }).toEqual({ status: 2, stdout: '' });
    expect(run.stderr).toMatch(/^leaksift: .*disk\/other.*EROFS/m);
  }, 60_000);
});

test('-o into a folder that is not there is told at once', async () => {
  const run = await leaksift(['scan', at('tree'), '-o', at('no/such/out.jsonl'), '--no-progress']);
  expect({ status: run.status, stdout: run.stdout }).toEqual({ status: 2, stdout: '' });
  expect(run.stderr).toMatch(/^leaksift: .*no\/such\/out\.jsonl.*ENOENT/m);
});

test('a pause of some seconds changes nothing', async () => {
  const run = await scan('paused', {
    started: async (child) => {
      await sleep(900);
      child.kill('SIGSTOP');
      await sleep(3000);
      child.kill('SIGCONT');
    },
  });
  expect(run.status).toBe(1);
  expect(outputsOf('paused')).toEqual(whole);
}, 60_000);

test('a clock that jumps changes nothing', async () => {
  const preload = pathToFileURL(join(import.meta.dirname, 'clock.mjs')).href;
  const run = await scan('jumping', { env: { NODE_OPTIONS: `--import ${preload}` } });
  expect(run.status).toBe(1);
  expect(outputsOf('jumping')).toEqual(whole);
}, 60_000);

test.each([0, 40, 150, 400, 700, 1000])(
  'SIGTERM after %i ms ends it, and what was begun is resumed',
  async (ms) => {
    const name = `ended-${ms}`;
    const run = await scan(name, { started: (child) => setTimeout(() => child.kill('SIGTERM'), ms) });
    // Before the handlers stand the signal itself ends the process; afterwards the status says so. A quick
    // scan may be done by then.
    expect([null, 143, 1]).toContain(run.status);
    if (run.status === 143)
      expect(only(run, 'summary').map(({ status }) => status)).not.toContain('complete');
    expect((await scan(name)).status).toBe(1);
    expect(outputsOf(name)).toEqual(whole);
  },
  60_000,
);
