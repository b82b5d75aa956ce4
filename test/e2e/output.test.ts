/** Outputs: streams, order, signals, broken pipes; no option for speed affects them. */
import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { eventSchema } from '../../src/core/events.js';
import { CLI, FIXTURES, LEAK, leaksift, only, workFolder } from './cli.js';

const { path: work, put } = workFolder();
const TREES = ['resana', 'blueleaks'].map((name) => join(FIXTURES, name));
const KEY = { LEAKSIFT_FINGERPRINT_KEY: 'the same key for all runs of this test' };

/** The first lines that differ: a whole diff would take longer than the scan. */
function differing(given: string, wanted: string): string[][] {
  const [a, b] = [given.split('\n'), wanted.split('\n')];
  const length = Math.max(a.length, b.length);
  const at = Array.from({ length }, (_, i) => i).filter((i) => a[i] !== b[i]);
  return at.slice(0, 3).map((i) => [a[i] ?? '', b[i] ?? '']);
}

describe('the result does not depend on', () => {
  const sorted = async (...args: string[]) => {
    const run = await leaksift(['scan', '--sort', '--no-progress', ...args, ...TREES], { env: KEY });
    expect(run.status).toBe(1);
    return run.stdout;
  };
  const baseline = sorted('-j', '0');

  test.each(['1', '2', '8'])('--jobs %s', { timeout: 120_000 }, async (jobs) => {
    expect(differing(await sorted('-j', jobs), await baseline)).toEqual([]);
  });

  test.each(['64', '4KiB', '1MiB'])('--page-size %s', { timeout: 120_000 }, async (size) => {
    expect(differing(await sorted('-j', '0', '--page-size', size), await baseline)).toEqual([]);
  });

  test('--sort, but for the order', { timeout: 120_000 }, async () => {
    const { stdout } = await leaksift(['scan', '-j', '2', '--no-progress', ...TREES], { env: KEY });
    expect(stdout.split('\n').sort()).toEqual((await baseline).split('\n').sort());
  });
});

describe('streams', () => {
  const leak = put('leak.txt', LEAK);

  test('findings go to stdout, the summary last, and stderr stays empty', async () => {
    const run = await leaksift(['scan', '-j', '0', leak]);
    expect(run.stderr).toBe('');
    expect(run.events.map(({ type }) => type)).toEqual(['finding', 'coverage', 'summary']);
    expect(run.stdout.endsWith('}\n')).toBe(true);
  });

  test('-o takes them all, readable by the owner alone', async () => {
    const file = join(work, 'out.jsonl');
    const run = await leaksift(['scan', '-j', '0', '-o', file, leak]);
    expect(run).toMatchObject({ status: 1, stdout: '', stderr: '' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const events = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(events.map((line) => JSON.parse(line).type)).toEqual(['finding', 'coverage', 'summary']);
  });

  test('stdin is read', async () => {
    const run = await leaksift(['scan', '-j', '0', '-'], { input: LEAK });
    expect(only(run, 'finding')).toMatchObject([{ ruleId: 'contact.email.police-fr', uri: 'stdin' }]);
  });

  test('logs are JSON on stderr where that is no terminal', async () => {
    const broken = put('broken.gz', Buffer.from('1f8b080000000000', 'hex'));
    const run = await leaksift(['scan', '-j', '0', '-v', broken]);
    const logs = run.stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(logs).toContainEqual(
      expect.objectContaining({ level: 20, at: expect.stringContaining('broken.gz') }),
    );
    expect((await leaksift(['scan', '-j', '0', '-q', broken])).stderr).toBe('');
    expect((await leaksift(['scan', '-j', '0', '-v', '--log-level', 'silent', broken])).stderr).toBe('');
  });

  test('every event is as the schema says, and the schema names every field', {
    timeout: 120_000,
  }, async () => {
    const run = await leaksift(['scan', '--no-progress', '--match-context', '20', ...TREES]);
    for (const event of run.events) expect(eventSchema.parse(event)).toEqual(event);
    const { stdout } = await leaksift(['schema']);
    const schema = JSON.parse(stdout);
    expect(schema).toMatchObject(z.toJSONSchema(eventSchema, { target: 'draft-2020-12' }));
    const kinds = schema.oneOf ?? schema.anyOf;
    for (const event of run.events) {
      const kind = kinds.find(
        (one: { properties: { type: { const: string } } }) => one.properties.type.const === event.type,
      );
      expect(Object.keys(event).filter((field) => !(field in kind.properties))).toEqual([]);
    }
  });
});

describe('a run that is ended from outside', () => {
  const words = 'the night street evening report about window people there morning station ';
  const long = `${LEAK}${`${words}\n`.repeat(50_000)}`;

  test('stops quietly when its reader goes away', { timeout: 60_000 }, async () => {
    const pipe = `"${process.execPath}" "${CLI}" scan -j 2 "${TREES.join('" "')}" | head -n 1; exit "\${PIPESTATUS[0]}"`;
    const child = spawn('bash', ['-c', pipe], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stderr = '';
    let stdout = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    const status = await new Promise((done) => child.on('close', done));
    expect({ status, lines: stdout.trimEnd().split('\n').length }).toEqual({ status: 0, lines: 1 });
    // A plain progress line may stand there on a slow machine.
    expect(stderr.replace(/^.* files · .*\n/gm, '')).toBe('');
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    '%s: keeps what was found so far, says so, and exits %i',
    { timeout: 60_000 },
    async (signal, status) => {
      const run = await leaksift(['scan', '-j', '1', '--no-progress', '-'], {
        keepsOpen: true,
        started: (child) => {
          // All of it is taken when this returns, but for what a pipe holds; and no end comes.
          child.stdin.write(long, () => void sleep(1000).then(() => child.kill(signal)));
        },
      });
      expect(run.status).toBe(status);
      expect(only(run, 'finding')).toHaveLength(1);
      expect(only(run, 'summary')).toMatchObject([{ status: 'interrupted', findings: { total: 1 } }]);
      expect(run.events.at(-1)?.type).toBe('summary');
      expect(only(run, 'coverage')).toMatchObject([{ status: 'partial', reason: 'interrupted' }]);
    },
  );
});
