/**
 * The Dockerfile is built with buildah, without a registry, and the image is run as a careful cluster would:
 * non-root, read-only root, writable /tmp. Skipped with its reason where the machine cannot; under CI=true
 * that is a failure.
 */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../..');
const SCRIPTS = join(ROOT, 'test/container');
const FIXTURES = join(ROOT, 'fixtures');
// Outside the repository, so that layers are kept and no tool walks into the images' files.
const STORE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'leaksift-images');
// Compiling re2 is the long part where this machine has no compiled one to offer.
const BUILD_TIMEOUT_MS = 900_000;

function obstacle(): string | undefined {
  if (process.platform !== 'linux') return 'needs Linux';
  if (process.getuid?.() !== 0) return 'needs root, to mount';
  for (const tool of ['buildah', 'unshare', 'setpriv', 'g++', 'make', 'python3']) {
    try {
      execFileSync('which', [tool], { stdio: 'ignore' });
    } catch {
      return `needs ${tool}`;
    }
  }
  return undefined;
}

type Outcome = { code: number; stdout: string; stderr: string };

async function leaksift(...args: string[]): Promise<Outcome> {
  const command = [join(SCRIPTS, 'run.sh'), STORE, FIXTURES, ...args];
  try {
    const out = await run('bash', command, { maxBuffer: 256 * 1024 * 1024 });
    return { code: 0, ...out };
  } catch (error) {
    const { code, stdout, stderr } = error as Outcome;
    return { code, stdout, stderr };
  }
}

const reason = obstacle();

test.runIf(process.env.CI === 'true')('this machine can build containers', () =>
  expect(reason).toBeUndefined(),
);

describe.skipIf(reason !== undefined)(`the container${reason ? ` (skipped: ${reason})` : ''}`, () => {
  beforeAll(async () => {
    mkdirSync(STORE, { recursive: true });
    await run('bash', [join(SCRIPTS, 'build.sh'), STORE], { maxBuffer: 64 * 1024 * 1024 });
  }, BUILD_TIMEOUT_MS);

  test('prints its help', async () => {
    const { code, stdout, stderr } = await leaksift('--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Usage: leaksift');
  });

  test('scans archives in archives with a read-only root', { timeout: 120_000 }, async () => {
    const { code, stdout } = await leaksift('scan', '--quiet', '--no-progress', '/data/blueleaks');
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(code).toBe(1);
    expect(events.at(-1)).toMatchObject({ type: 'summary', status: 'complete' });
    const inner = new Set(
      events.filter(({ type }) => type === 'finding').map(({ path }) => path?.split('!').at(-1)),
    );
    expect([...inner]).toEqual(expect.arrayContaining(['pvric/Registrations.csv', 'nightly/Contacts.csv']));
  });

  test('cannot write to its root', async () => {
    const { code, stdout } = await leaksift('scan', '-o', '/opt/findings.jsonl', '/data/clean/code');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  test('is nobody, is PID 1, and ends when told to', { timeout: 60_000 }, async () => {
    const child = spawn('bash', [join(SCRIPTS, 'run.sh'), STORE, FIXTURES, 'scan', '--no-progress', '-'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const ended = new Promise<number | null>((done) => child.on('exit', done));
    const pid = await waitFor(() => insideOf(child.pid as number));
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    expect(status).toMatch(/^Uid:\s65532\s65532\s/m);
    expect(status).toMatch(/^NSpid:\s\d+\s1$/m);
    expect(status).toMatch(/^NoNewPrivs:\s1$/m);
    // The kernel drops signals to a PID 1 without a handler, and Node's come late. More than the buffers on
    // the way can hold is taken only once the scan reads.
    await new Promise((done) => child.stdin.write('some words\n'.repeat(400_000), done));
    process.kill(pid, 'SIGTERM');
    expect(await ended).toBe(143);
  });
});

/** The node process that descends from `pid`, once it is there. */
function insideOf(pid: number): number | undefined {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean);
  for (const child of children.map(Number)) {
    if (readFileSync(`/proc/${child}/cmdline`, 'utf8').startsWith('node\0/opt/leaksift')) return child;
    const deeper = insideOf(child);
    if (deeper) return deeper;
  }
  return undefined;
}

async function waitFor<T>(look: () => T | undefined): Promise<T> {
  for (let tries = 0; tries < 300; tries++) {
    try {
      const found = look();
      if (found !== undefined) return found;
    } catch {
      // A process that ended while it was looked at.
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error('waited in vain');
}
