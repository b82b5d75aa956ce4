/** The systemd units: verified by systemd where it is installed, and what they run, run. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SCAN_FLAGS } from '../../src/library/flags.js';
import { readConfig } from '../../src/library/options.js';
import { DEPLOY, unknownOptions } from './facts.js';

const UNITS = join(DEPLOY, 'systemd');
const service = readFileSync(join(UNITS, 'leaksift@.service'), 'utf8');
const command = /^ExecStart=((?:.*\\\n)*.*)$/m.exec(service)?.[1]?.replaceAll('\\\n', ' ').split(/\s+/) ?? [];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leaksift-units-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

// Its status is 0 on unknown keys: only silence is consent.
test.skipIf(!hasSystemd)(
  `systemd-analyze verify is silent${hasSystemd ? '' : ' (skipped: not installed)'}`,
  () => {
    for (const name of ['leaksift@.service', 'leaksift@.timer']) {
      const text = readFileSync(join(UNITS, name), 'utf8');
      // The binaries are not installed on the machine that tests.
      writeFileSync(join(folder, name), text.replaceAll(/\/usr\/local\/\S+/g, '/bin/true'));
    }
    const { stderr, status } = spawnSync(
      'systemd-analyze',
      ['verify', join(folder, 'leaksift@share.service'), join(folder, 'leaksift@share.timer')],
      { encoding: 'utf8' },
    );
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  },
);

test('the service gives options that exist, and its example of a configuration is accepted', async () => {
  expect(command.slice(0, 3)).toEqual(['/usr/local/bin/leaksift', 'scan', '$TARGETS']);
  expect(unknownOptions(command)).toEqual([]);
  expect(command.join(' ')).toContain('--fail-on never');
  expect(await readConfig(join(UNITS, 'share.yaml'), SCAN_FLAGS)).toMatchObject({ confidence: 'medium' });
  expect(readFileSync(join(UNITS, 'share.env'), 'utf8')).toMatch(/^TARGETS="/m);
});

test('the service is no root, writes to its state only, and takes its key as a credential', () => {
  for (const line of [
    'User=leaksift',
    'ProtectSystem=strict',
    'NoNewPrivileges=yes',
    'CapabilityBoundingSet=',
    'MemoryMax=2G',
    'LoadCredential=fingerprint.key:/etc/leaksift/fingerprint.key',
  ]) {
    expect(service.split('\n')).toContain(line);
  }
  expect(command.join(' ')).toMatch(/--fingerprint-key-file \$\{CREDENTIALS_DIRECTORY\}\/fingerprint\.key/);
});

test('finished runs are named after their end and the oldest go; an unfinished one stays', () => {
  const rotate = () => execFileSync(join(UNITS, 'rotate-runs'), [folder, '2'], { stdio: 'pipe' });
  const finish = (day: number) => {
    mkdirSync(join(folder, 'current'));
    writeFileSync(join(folder, 'current/manifest.json'), '{}');
    const time = new Date(Date.UTC(2026, 0, day, 3));
    utimesSync(join(folder, 'current/manifest.json'), time, time);
  };
  rotate();
  for (const day of [1, 2, 3]) {
    finish(day);
    rotate();
  }
  mkdirSync(join(folder, 'current'));
  mkdirSync(join(folder, 'not ours'));
  rotate();
  const names = ['2026-01-02T030000Z', '2026-01-03T030000Z', 'current', 'not ours'];
  expect(readdirSync(folder).sort()).toEqual(names);
  // Two runs that end in the same second are not thrown together.
  rmSync(join(folder, 'current'), { recursive: true });
  finish(3);
  expect(rotate).toThrow('already exists');
  expect(existsSync(join(folder, 'current/manifest.json'))).toBe(true);
});
